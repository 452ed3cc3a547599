/** Simplified Chinese: why an accepted order got no ticket. */

import type { TicketingFailureSentences } from '../../language.ts'

export const ticketingFailures: TicketingFailureSentences = {
  byCode: {
    FARE_CHANGED: {
      message: '出票前票价发生了变动。订单已取消。',
      remediation: '请重新搜索，并按当前票价创建新订单。',
    },
    FLIGHT_NOT_FOUND: {
      message: '航空公司已不再提供该航班。订单已取消。',
      remediation: '请重新搜索，并为其他航班创建新订单。',
    },
    FLIGHT_SOLD_OUT: {
      message: '付款之后、出票之前，航班已售罄。订单已取消。',
      remediation: '请重新搜索，并为仍有座位的航班创建新订单。',
    },
    CARD_DECLINED_BY_AIRLINE: {
      message: '航空公司拒绝了这张卡。订单已取消。',
      remediation: '请创建新订单，并用另一张卡或预存款付款。',
    },
    PASSENGER_DATA_REJECTED: {
      message: '航空公司不接受某位旅客的信息。订单已取消。',
      remediation: '请更正旅客信息，并创建新订单。',
    },
    PASSENGER_BLACKLISTED: {
      message: '有旅客不能预订：航空公司称其在限制乘机名单上。订单已取消。',
      remediation: '请勿再次为该旅客预订；请告知旅客，并联系客服。',
    },
    FLIGHT_INFO_UPDATED: {
      message: '出票前航班时刻发生了变动。订单已取消。',
      remediation: '请重新搜索，并按当前航班时刻创建新订单。',
    },
    SEAT_SOLD_OUT: {
      message: '出票时所订座位已无法提供。订单已取消。',
      remediation: '请重新搜索，并选择仍可预订的座位创建新订单。',
    },
    DUPLICATE_BOOKING: {
      message: '航空公司已有同一旅客、同一航班的另一个预订。订单已取消。',
      remediation: '请勿再次预订。请找到另一个预订；客服可以协助。',
    },
    CONTACT_EMAIL_BLOCKED: {
      message: '航空公司不接受该联系邮箱。订单已取消。',
      remediation: '请换用其他联系邮箱，并创建新订单。',
    },
    AIRLINE_PAYMENT_ERROR_LEGACY: {
      message: '向航空公司付款时出错，其结果未知。未出票。',
      remediation: '请勿再次付款或预订。请联系客服，向 Atlas 和航空公司核实。',
    },
    PNR_CANCELLED_OR_EXPIRED: {
      message: '航空公司取消了预订，或预订已过期。订单已取消。',
      remediation: '请重新搜索，并创建新订单。',
    },
    AIRLINE_RISK_REJECTED: {
      message: '航空公司的风险控制拒绝了该预订。订单已取消。',
      remediation: '请创建新订单，并用另一张卡付款；如果仍被拒绝，请改用预存款。',
    },
    WRONG_AGE: {
      message: '有旅客的年龄与旅客类型不符。订单已取消。',
      remediation: '请填写正确的出生日期和旅客类型，并创建新订单。',
    },
    PAID_PNR_PENDING: {
      message: '订单已付款，航空公司尚未返回预订编号，Atlas 正在获取。',
      remediation: '请等待，并再次查看订单；如果一直没有出票，请联系客服。',
    },
    CARD_REQUIRES_3DS: {
      message: '这张卡要求 3-D Secure 验证，此处无法完成。订单已取消。',
      remediation: '请创建新订单，并用不需要 3-D Secure 验证的卡或预存款付款。',
    },
    DEPOSIT_INSUFFICIENT: {
      message: '出票时预存款余额不足。订单已取消。',
      remediation: '请先充值预存款，然后创建新订单并付款。',
    },
    BAGGAGE_WEIGHT_MISMATCH: {
      message: '航空公司不提供所订重量的行李。订单已取消。',
      remediation: '请勿再次预订相同的行李；请向客服确认该航班提供哪些行李选项。',
    },
    PAYMENT_INFO_MISSING: {
      message: '航空公司需要的付款信息缺失或有误。订单已取消。',
      remediation: '请创建新订单，并填写完整的付款信息。',
    },
    ABNORMAL_RETURN_FARE: {
      message: '往返票价的限制使其无法出票。订单已取消。',
      remediation: '请为去程和回程分别创建新订单。',
    },
    INFANT_UNSUPPORTED: {
      message: '航空公司不接受在该预订中携带婴儿。订单已取消。',
      remediation: '请创建不含婴儿的新订单，或搜索其他航班。',
    },
    CARD_FUNDS_OR_LIMIT: {
      message: '卡内余额或额度不足。订单已取消。',
      remediation: '请创建新订单，并用另一张卡付款。',
    },
    ROUND_TRIP_UNSUPPORTED: {
      message: '航空公司不支持将该往返行程作为一个预订。订单已取消。',
      remediation: '请创建两个新订单，去程和回程各一个。',
    },
    FREQUENT_FLYER_MANUAL: {
      message: '常旅客号码只能人工添加。未出票。',
      remediation: '请勿再次预订；请联系客服，由其与 Atlas 处理。',
    },
    UNPAID_SERVICES_ON_PNR: {
      message: '该预订中有其他尚未付款的服务。订单已取消。',
      remediation: '请先为该预订中未付款的订单付款，或向客服确认是哪些订单；然后咨询后续如何办理。',
    },
    POST_TICKETING_ANCILLARY_UNSUPPORTED: {
      message: '出票后无法再为该预订添加服务。订单已取消。',
      remediation: '如果行程尚未预订，请创建不含这些服务的新订单。',
    },
    FLIGHT_INFO_MISMATCH: {
      message: '所订服务与预订中的航班不符。订单已取消。',
      remediation: '请为正确的航班选择服务，并创建新订单。',
    },
    TICKETING_ERROR_UNDOCUMENTED: {
      message: '无法出票，Atlas 没有说明该原因的含义。订单已取消。',
      remediation: '请暂勿再次预订；请向客服确认原因。',
    },
    BAGGAGE_FARE_CHANGED: {
      message: '出票前行李价格发生了变动。订单已取消。',
      remediation: '请重新搜索，并按当前行李价格创建新订单。',
    },
    BAGGAGE_RISK_FAILED: {
      message: '航空公司因行李价格或风险控制拒绝了行李。订单已取消。',
      remediation: '请重新搜索，并创建新订单；如果再次被拒绝，请联系客服。',
    },
    PAYMENT_DECLINED_RISK_CONTROL: {
      message: '航空公司的风险控制拒绝了该付款。订单已取消。',
      remediation: '请创建新订单，并用预存款付款。',
    },
    AIRLINE_SYSTEM_ERROR: {
      message: '航空公司的系统出现故障。订单已取消。',
      remediation: '请创建新订单；如果再次失败，请联系客服。',
    },
    AIRLINE_PAYMENT_STATUS_UNKNOWN: {
      message: '航空公司发生技术故障，无法确定是否已收取付款。未出票。',
      remediation: '在客服与航空公司核实扣款情况之前，请勿再次付款或预订。',
    },
    TICKETING_SYSTEM_ERROR: {
      message: '系统错误导致无法出票。订单已取消。',
      remediation: '请勿立即再次预订；请向客服确认何时可以预订。',
    },
    UNRECOGNIZED: {
      message: '未能出票，且本网关无法识别其原因。',
      remediation: '请勿再次付款或预订。请联系客服，核实订单的处理结果。',
    },
  },
  byMoney: {
    PAID: '订单已付款：请勿再次付款，也请勿重新预订。',
    REFUND_DUE: '订单已付过款，款项应当退回，但在此处无法看到是否已退。',
    NOT_CAPTURED: '预计款项未被扣取；请查看卡账单或余额予以核实。',
    RECONCILE:
      '从预存款支付的金额应当退回余额；卡或其他账户是否已被扣款，取决于航空公司是否已收款，请予以核实。',
    UNKNOWN: '目前无法确定是否已扣款。',
  },
}

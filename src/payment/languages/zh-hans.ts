/** Simplified Chinese. */

import type {
  InputFaultSentences,
  Language,
  PaymentErrorSentences,
  TicketingFailureSentences,
} from '../language.ts'

/** Why a payment did not succeed. */
const paymentErrors: PaymentErrorSentences = {
  byCode: {
    INVALID_REQUEST: {
      message: 'Atlas 发现付款请求中有不允许的值。本次请求未扣款。',
      remediation: '请检查该订单的支付方式和卡信息，更正后在付款截止时间之前再次为同一订单付款。',
    },
    PAYMENT_DEADLINE_PASSED: {
      message: '该订单的付款时限已过。本次请求未扣款。',
      remediation: '请重新搜索并创建新订单，然后在新订单的付款截止时间之前付款。',
    },
    ORDER_NOT_PAYABLE: {
      message: '订单处于当前状态时，Atlas 不接受付款：它可能已经付款，也可能已被取消。',
      remediation: '请先查看订单状态，再做其他操作。在订单显示为未付款或已取消之前，请勿付款或重新预订。',
    },
    PAYMENT_METHOD_UNSUPPORTED: {
      message: '该订单不能使用所选的支付方式付款。本次请求未扣款。',
      remediation: '请改用该订单支持的其他支付方式，为同一订单付款。',
    },
    ORDER_ALREADY_PAID: {
      message: '该订单已经付款。',
      remediation: '您无需再做任何操作：请将该订单视为已付款，并关注出票进度。',
    },
    PAYMENT_IN_PROGRESS: {
      message: '该订单有一笔付款仍在处理中。',
      remediation: '请稍候，几秒钟后再次查看订单。在此期间请勿另行发起付款。',
    },
    PASSENGER_DETAILS_INCOMPLETE: {
      message: '有旅客的必填信息缺失或有误。本次请求未扣款。',
      remediation: '请在该订单或新订单中补全旅客信息，例如国籍、证件和出生日期，然后付款。',
    },
    PASSENGER_CANNOT_TRAVEL_ALONE: {
      message: '订单中有不得独自旅行的儿童。本次请求未扣款。',
      remediation: '请创建新订单，并安排一名成人与该儿童同行。',
    },
    BAGGAGE_MISMATCH: {
      message: '订单中的行李与航班不相符。本次请求未扣款。',
      remediation: '请创建新订单，并选择其中所有航班都提供的行李选项。',
    },
    CONTACT_FORMAT_INVALID: {
      message: '订单中的联系人信息格式不被接受。本次请求未扣款。',
      remediation:
        '请在该订单或新订单中填写有效的电子邮箱，并按“国家代码-号码”的格式填写联系电话，然后付款。',
    },
    PAYMENT_GATEWAY_ERROR: {
      message: 'Atlas 未能完成付款：其支付网关出现故障，或余额不足。',
      remediation:
        '请先查看订单状态。只有订单确为未付款时，才检查账户余额或改用其他支付方式，为同一订单付款。',
    },
    NO_PAYMENT_METHOD_AVAILABLE: {
      message: 'Atlas 没有可用于该订单的支付方式。本次请求未扣款。',
      remediation: '请改订其他报价：创建新订单，并在付款前查看它支持哪些支付方式。',
    },
    CARD_NOT_SUPPORTED: {
      message: '该订单不接受这张卡。本次请求未扣款。',
      remediation: '请换用另一张卡或其他品牌的卡。请勿再次尝试这张卡：多次失败会使它被锁定 30 分钟。',
    },
    CARD_MISMATCH: {
      message: '这张卡的品牌与创建订单时所选的品牌不一致。本次请求未扣款。',
      remediation: '请使用与创建订单时所选品牌一致的卡。',
    },
    ORDER_NOT_CONFIRMED: {
      message: '航空公司要求旅客先确认该订单。本次请求未扣款。',
      remediation: '请让旅客先向航空公司确认该订单，然后在付款截止时间之前付款。',
    },
    ORDER_NOT_FOUND: {
      message: 'Atlas 没有使用该编号的订单。本次请求未扣款。',
      remediation: '请检查订单号，并确认该订单是用同一个 Atlas 账户创建的。',
    },
    ATLAS_REJECTED_REQUEST: {
      message: 'Atlas 无法读取网关发送的请求。本次请求未扣款。',
      remediation: '请告知支付服务的运营方：网关或其设置需要更正。',
    },
    ATLAS_ACCESS_DENIED: {
      message: 'Atlas 拒绝了本支付服务的访问。本次请求未扣款。',
      remediation: '请告知支付服务的运营方：需要检查 Atlas 的凭据、权限或 IP 白名单。',
    },
    ATLAS_RATE_LIMITED: {
      message: 'Atlas 当前收到的请求过多。本次请求未扣款。',
      remediation: '请等待提示的秒数，然后再次发送同一笔付款。',
    },
    ATLAS_UNREACHABLE: {
      message: '付款没有到达 Atlas：未发送任何请求。本次请求未扣款。',
      remediation: '请在几秒钟后再次发送同一笔付款。',
    },
    OUTCOME_UNKNOWN: {
      message: '付款可能已经发出，但结果未知。该订单可能已被扣款。',
      remediation: '请勿再次付款或预订。请查看订单，直到能够确定它是否已付款；如果始终无法确定，请联系客服。',
    },
    PAYMENT_NOT_APPLIED: {
      message: '这笔付款没有生效：Atlas 一直显示该订单未付款。本次请求未扣款。',
      remediation:
        '请再查看一次订单。如果它仍未付款，且未过付款截止时间，请另行发起一笔付款（并使用新的 idempotencyKey）。',
    },
    ORDER_CANCELLED_AFTER_PAYMENT: {
      message: '该订单的付款被接受后，订单被取消。款项是否已扣、是否会退回，在此处无法看到。',
      remediation: '在客服确认款项情况之前，请勿再次付款或重新预订。取消原因请查看订单。',
    },
    INVALID_INPUT: {
      message: '输入无效。未发送任何请求。',
      remediation: '请更正 `field` 中指明的字段，然后再次发送付款。',
    },
    IDEMPOTENCY_KEY_REUSED: {
      message: '此 idempotencyKey 之前曾用于不同的输入。未发送任何请求。',
      remediation: '请为每一笔付款生成新的 idempotencyKey；只有输入完全相同时，才重复使用同一个。',
    },
    TOTAL_CHANGED: {
      message: '订单金额与此前同意的金额不一致。本次请求未扣款。',
      remediation: '请查看订单当前的金额；如果同意，请按该金额付款。',
    },
  },
  byCodeAndState: {
    ORDER_NOT_PAYABLE: {
      PAID: {
        message: '该订单已经付款，因此 Atlas 不再接受对它付款。',
        remediation: '请勿再次付款或重新预订。请将该订单视为已付款，并关注出票进度。',
      },
      NOT_PAID: {
        message: '订单处于当前状态时，Atlas 不接受付款。该订单未付款。',
        remediation: '请查看订单：如果它已被取消或已过付款截止时间，请创建新订单，并为新订单付款。',
      },
    },
    PAYMENT_GATEWAY_ERROR: {
      NOT_PAID: {
        message: 'Atlas 未能完成付款：其支付网关出现故障，或余额不足。该订单未付款。',
        remediation: '请检查账户余额或改用其他支付方式，然后为同一订单付款。',
      },
    },
    PAYMENT_IN_PROGRESS: {
      UNKNOWN: {
        message: '该订单之前的一笔付款尚无确定结果。该订单可能已被扣款。',
        remediation: '请等待之前的付款有确定结果，再查看订单。在此期间请勿另行发起付款。',
      },
    },
  },
  remediationByState: {
    PAID: '该订单本身已经付款。请勿再次付款或重新预订：请将它视为已付款，并关注出票进度。',
    IN_PROGRESS: '该订单的另一笔付款正在进行。请稍候，几秒钟后再次查看订单。',
    UNKNOWN: '该订单另一笔付款的结果尚不明确。请勿付款或重新预订；请查看订单，直到能够确定它是否已付款。',
  },
}

/** Which rule an input broke. */
const inputFaults: InputFaultSentences = {
  EMPTY: (field) => `${field} 为空。未发送任何请求。`,
  TOO_LONG: (field, textLengthMax) => `${field} 超过 ${textLengthMax} 个字符。未发送任何请求。`,
  SURROUNDING_BLANKS: (field) => `${field} 的开头或结尾有空白字符。未发送任何请求。`,
  CONTROL_CHARACTER: (field) => `${field} 含有控制字符或不可见字符。未发送任何请求。`,
  COMMA: (field) => `${field} 含有逗号：请只填写一个值，对应一个订单。未发送任何请求。`,
  KEY_FORMAT: (field) => `${field} 必须由 16 到 128 个可见的 ASCII 字符组成。未发送任何请求。`,
  CARD_NOT_ALLOWED: (field) => `填写了 ${field}，但所选的支付方式不使用卡。未发送任何请求。`,
  CARD_NUMBER: (field) => `${field} 必须是 13 到 19 位数字且校验位正确的卡号。未发送任何请求。`,
  CARD_EXPIRY_MONTH: (field) => `${field} 必须是 1 到 12 之间的月份。未发送任何请求。`,
  CARD_EXPIRY_YEAR: (field) => `${field} 必须是卡片有效期的四位数年份。未发送任何请求。`,
  CARD_EXPIRED: (field) => `${field} 早于当前日期：这张卡已过期。未发送任何请求。`,
  CARD_CVV: (field) => `${field} 必须是 3 位或 4 位数字。未发送任何请求。`,
  CARD_CVV_REQUIRED: (field) => `缺少 ${field}：此次付款必须提供。未发送任何请求。`,
  HOLDER_NAME: (field) => `${field} 只能包含拉丁字母、空格和连字符。未发送任何请求。`,
  COUNTRY_CODE: (field) => `${field} 必须是两个大写字母的国家或地区代码（ISO 3166-1）。未发送任何请求。`,
  PROVINCE_CODE: (field) => `${field} 必须是两个字母的省或州代码。未发送任何请求。`,
  CITY: (field) => `${field} 必须是城市名称，不能全是数字。未发送任何请求。`,
  POST_CODE: (field) => `${field} 必须由 5 到 16 个字母和数字组成。未发送任何请求。`,
  ADDRESS: (field) => `${field} 必须是 7 到 128 个字符的地址。未发送任何请求。`,
  PAYMENT_LIMIT: (field) => `${field} 必须是大于或等于 1 的整数。未发送任何请求。`,
  IP_ADDRESS: (field) => `${field} 必须是 IP 地址。未发送任何请求。`,
  THREE_DS_NOT_ALLOWED: (field) => `填写了 ${field}，但只有支付方式 MOR 可以使用它。未发送任何请求。`,
  AMOUNT: (field) =>
    `${field} 必须是非负的十进制数，例如 86.40，小数点前最多 12 位，小数点后最多 8 位。未发送任何请求。`,
  CURRENCY_CODE: (field) => `${field} 必须是三个大写字母的货币代码（ISO 4217）。未发送任何请求。`,
}

/** Why an order could not be read. */
const orderErrors: Language['orderErrors'] = {
  ORDER_NOT_FOUND: {
    message: '在 Atlas 查不到使用该编号的订单。本次查询没有付款，也不能说明订单是否已付款。',
    remediation: '请检查订单号，并确认该订单是用同一个 Atlas 账户创建的，然后重新查询。',
  },
  ATLAS_UNAVAILABLE: {
    message: '无法向 Atlas 查询该订单，或没有得到可用的答复。本次查询没有付款，也不能说明订单是否已付款。',
    remediation: '请在几秒钟后重新查询订单。在查到订单之前，请勿认为它未付款。',
  },
  ATLAS_RATE_LIMITED: {
    message: 'Atlas 当前收到的请求过多。本次查询没有付款，也不能说明订单是否已付款。',
    remediation: '请等待提示的秒数，然后重新查询订单。在查到订单之前，请勿认为它未付款。',
  },
  ATLAS_ACCESS_DENIED: {
    message: 'Atlas 拒绝让本支付服务查询该订单。本次查询没有付款，也不能说明订单是否已付款。',
    remediation:
      '请告知支付服务的运营方：需要检查 Atlas 的凭据、权限或 IP 白名单。在查到订单之前，请勿认为它未付款。',
  },
  INVALID_INPUT: {
    message: '输入无效。未发送任何请求：本次查询没有付款，也不能说明订单是否已付款。',
    remediation: '请按提示更正订单号，然后重新查询订单。',
  },
}

/** Why an accepted order got no ticket. */
const ticketingFailures: TicketingFailureSentences = {
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

const simplifiedChinese: Language = {
  tag: 'zh-Hans',
  sentenceSeparator: '',
  paymentErrors,
  inputFaults,
  orderErrors,
  ticketingFailures,
}

export default simplifiedChinese

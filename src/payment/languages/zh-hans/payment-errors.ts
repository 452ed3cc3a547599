/** Simplified Chinese: why a payment did not succeed. */

import type { PaymentErrorSentences } from '../../language.ts'

export const paymentErrors: PaymentErrorSentences = {
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

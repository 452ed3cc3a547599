/** Simplified Chinese: why an order could not be read. */

import type { Language } from '../../language.ts'

export const orderErrors: Language['orderErrors'] = {
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

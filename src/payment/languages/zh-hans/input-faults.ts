/** Simplified Chinese: which rule an input broke. */

import type { InputFaultSentences } from '../../language.ts'

export const inputFaults: InputFaultSentences = {
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

/** A document pays at most once. */

import { type ASTVisitor, GraphQLError, type ValidationContext } from 'graphql'

/**
 * Validation rule: a document contains at most one `payOrder` field, counted over all operations and
 * fragments, whatever their aliases and directives. A hundred aliases would be a hundred payments.
 */
export function SinglePaymentRule(context: ValidationContext): ASTVisitor {
  let payments = 0
  return {
    Field(node) {
      const isPayment =
        node.name.value === 'payOrder' && context.getParentType() === context.getSchema().getMutationType()
      if (!isPayment) return
      payments += 1
      if (payments === 2) {
        context.reportError(
          new GraphQLError('A document may contain `payOrder` once.', {
            nodes: node,
            extensions: { code: 'MULTIPLE_PAYMENTS' },
          }),
        )
      }
    },
  }
}

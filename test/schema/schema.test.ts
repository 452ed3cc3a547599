import { readFileSync } from 'node:fs'
import {
  buildSchema,
  findBreakingChanges,
  GraphQLEnumType,
  GraphQLInputObjectType,
  GraphQLInterfaceType,
  GraphQLObjectType,
  type GraphQLSchema,
  isSpecifiedDirective,
  isSpecifiedScalarType,
} from 'graphql'
import { expect, test } from 'vitest'
import { createSchema, printSdl } from '../../src/schema/index.ts'

const committed = new URL('../../schema.graphql', import.meta.url)

test('schema.graphql is what the code prints (npm run schema rewrites it)', async () => {
  await expect(printSdl(createSchema())).toMatchFileSnapshot('../../schema.graphql')
})

test('no change breaks clients of schema.graphql (npm run schema -- --breaking accepts one)', () => {
  expect(findBreakingChanges(buildSchema(readFileSync(committed, 'utf8')), createSchema())).toEqual([])
})

test('every type, field, argument, input field and enum value is described', () => {
  const elements = describedElements(createSchema())
  expect(elements.size).toBeGreaterThan(80)
  expect([...elements].filter(([, description]) => (description ?? '').length < 8)).toEqual([])
})

test('an element without a description is found', () => {
  const schema = buildSchema('"A type." type Query { "A field." a("An argument." b: E): Int } enum E { X }')
  const bare = [...describedElements(schema)].filter(([, description]) => !description).map(([path]) => path)
  expect(bare).toEqual(['E', 'E.X'])
})

/** Each element of a schema by its path, with its description. */
function describedElements(schema: GraphQLSchema): Map<string, string | null | undefined> {
  const elements = new Map<string, string | null | undefined>()
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || isSpecifiedScalarType(type)) continue
    elements.set(type.name, type.description)
    if (type instanceof GraphQLEnumType) {
      for (const value of type.getValues()) elements.set(`${type.name}.${value.name}`, value.description)
    }
    if (type instanceof GraphQLInputObjectType) {
      for (const field of Object.values(type.getFields())) {
        elements.set(`${type.name}.${field.name}`, field.description)
      }
    }
    if (type instanceof GraphQLObjectType || type instanceof GraphQLInterfaceType) {
      for (const field of Object.values(type.getFields())) {
        elements.set(`${type.name}.${field.name}`, field.description)
        for (const arg of field.args) elements.set(`${type.name}.${field.name}(${arg.name})`, arg.description)
      }
    }
  }
  for (const directive of schema.getDirectives()) {
    if (!isSpecifiedDirective(directive)) elements.set(`@${directive.name}`, directive.description)
  }
  return elements
}

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A value that a JSON Schema describes: its own example, else one made of the examples of its parts. Undefined when a part that must be
 * there has none, so that whoever adds a schema is told to give one.
 */
export function exampleOf(schema: Json): unknown {
  if ('example' in schema) return schema.example;
  if (Array.isArray(schema.examples)) return schema.examples[0];
  if ('const' in schema) return schema.const;
  if ('default' in schema && schema.type !== 'object') return schema.default;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  const choices = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choices))
    return choices
      .filter(isObject)
      .map(exampleOf)
      .find((value) => value !== undefined);
  switch (schema.type) {
    case 'null':
      return null;
    case 'boolean':
      return false;
    case 'array': {
      const item = isObject(schema.items) ? exampleOf(schema.items) : undefined;
      return item === undefined ? undefined : [item];
    }
    case 'object':
      return objectExample(schema);
    default:
      return undefined;
  }
}

function objectExample({ properties, required }: Json): unknown {
  const members = Object.entries(isObject(properties) ? properties : {}).flatMap(([name, inner]) => {
    const value = isObject(inner) ? exampleOf(inner) : undefined;
    return value === undefined ? [] : [[name, value] as const];
  });
  const example = Object.fromEntries(members);
  return (Array.isArray(required) ? required : []).every((name) => String(name) in example) ? example : undefined;
}

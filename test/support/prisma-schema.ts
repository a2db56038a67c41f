/** A column as a Prisma schema or a database has it; types are spelt as PostgreSQL's format_type does. `nullable` is null where Prisma does not care. */
export type Column = { readonly name: string; readonly type: string; readonly nullable: boolean | null };
export type Table = { readonly schema: string; readonly name: string; readonly columns: readonly Column[] };

/** Prisma's own defaults for PostgreSQL. */
const scalars: Readonly<Record<string, string>> = {
  String: 'text',
  Boolean: 'boolean',
  Int: 'integer',
  BigInt: 'bigint',
  Float: 'double precision',
  Decimal: 'numeric(65,30)',
  DateTime: 'timestamp(3) without time zone',
  Json: 'jsonb',
  Bytes: 'bytea',
};
const natives: Readonly<Record<string, (precision: string) => string>> = {
  Text: () => 'text',
  Char: (n) => `character${n || '(1)'}`,
  VarChar: (n) => `character varying${n}`,
  Uuid: () => 'uuid',
  Date: () => 'date',
  Time: (n) => `time${n} without time zone`,
  Timetz: (n) => `time${n} with time zone`,
  Timestamp: (n) => `timestamp${n} without time zone`,
  Timestamptz: (n) => `timestamp${n} with time zone`,
  SmallInt: () => 'smallint',
  Integer: () => 'integer',
  BigInt: () => 'bigint',
  Oid: () => 'oid',
  Real: () => 'real',
  DoublePrecision: () => 'double precision',
  Decimal: (n) => `numeric${n.replace(/\s/g, '')}`,
  Json: () => 'json',
  JsonB: () => 'jsonb',
  ByteA: () => 'bytea',
  Inet: () => 'inet',
  Citext: () => 'citext',
};

/** The tables and views that a Prisma schema describes. Reads what this repository writes: one field on a line. */
export function tablesOf(schema: string): Table[] {
  const lines = schema.split('\n').map((line) => line.replace(/\s*\/\/.*$/, '').trim());
  const blocks = [...lines.join('\n').matchAll(/^(model|view|enum) (\w+) \{\n([^]*?)\n\}/gm)].map(([, kind, name = '', body = '']) => ({
    kind,
    name,
    body: body.split('\n').filter(Boolean),
  }));
  const attribute = (body: readonly string[], what: string) => body.join('\n').match(new RegExp(`^@@${what}\\("([^"]+)"\\)`, 'm'))?.[1];
  const named = (kind: string) => new Map(blocks.filter((block) => block.kind === kind).map((block) => [block.name, block]));
  const [models, views, enums] = [named('model'), named('view'), named('enum')];

  return [...models.values(), ...views.values()].map(({ kind, name, body }) => ({
    schema: attribute(body, 'schema') ?? 'public',
    name: attribute(body, 'map') ?? name,
    columns: body
      .filter((line) => !line.startsWith('@@'))
      .flatMap((line): Column[] => {
        const [, field, unsupported, scalar = '', mark = '', rest = ''] =
          /^(\w+)\s+(?:Unsupported\("([^"]+)"\)|(\w+))(\?|\[\])?(.*)$/.exec(line) ?? [];
        if (!field) throw new Error(`${name}: "${line}" is no field that this reader knows.`);
        if (models.has(scalar) || views.has(scalar)) return [];
        const native = /@db\.(\w+)(\([^)]*\))?/.exec(rest);
        const mapped = enums.get(scalar);
        const type =
          unsupported ||
          (native ? natives[native[1] ?? '']?.(native[2] ?? '') : mapped ? (attribute(mapped.body, 'map') ?? scalar) : scalars[scalar]);
        if (!type) throw new Error(`${name}.${field}: the type in "${line}" is not known.`);
        return [
          {
            name: /(?<!@)@map\("([^"]+)"\)/.exec(rest)?.[1] ?? field,
            type: canonical(mark === '[]' ? `${type}[]` : type),
            nullable: kind === 'view' || mark === '[]' ? null : mark === '?',
          },
        ];
      }),
  }));
}

/** Six digits are PostgreSQL's default, and an enum is known by its name. */
export const canonical = (type: string) => type.replace('(6)', '').replace(/^\w+\.(?=\w+(\[\])?$)/, '');

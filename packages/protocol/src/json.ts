export type JsonPrimitive = string | number | boolean | null
export type JsonArray = readonly JsonValue[]
export type JsonObject = { readonly [member: string]: JsonValue }
export type JsonValue = JsonPrimitive | JsonArray | JsonObject

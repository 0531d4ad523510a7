// A typed function's file imports this module alone.
@_exported public import BrasaFunction

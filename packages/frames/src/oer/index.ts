/**
 * OER, the encoding of STREAM and ILPv4 fields, for tools that read or write packets of their own.
 *
 * @packageDocumentation
 */
export { DecodeError, EncodeError } from '../errors.js'
export { Reader } from './reader.js'
export { Writer } from './writer.js'
export { MAX_UINT64, lengthPrefixSize, varOctetsSize, varUintNumberSize, varUintSize } from './var-uint.js'
export { utf8Size } from './utf8.js'

export {
  RECEIPT_VERSION,
  createReceipt,
  decodeReceipt,
  verifyReceipt,
  type Receipt,
  type ReceiptOpts,
  type ReceiptWithHMAC,
} from '../../../receipt.js'

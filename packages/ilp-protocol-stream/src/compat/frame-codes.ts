/** Why a stream or a connection was closed (RFC 0029, 5.4). An `enum`, as 2.x has it: programs read names out of it. */
export enum ErrorCode {
  NoError = 1,
  InternalError = 2,
  EndpointBusy = 3,
  FlowControlError = 4,
  StreamIdError = 5,
  StreamStateError = 6,
  FrameFormatError = 7,
  ProtocolViolation = 8,
  ApplicationError = 9,
}

/** The first byte of every frame (RFC 0029, 5.3). */
export enum FrameType {
  ConnectionClose = 1,
  ConnectionNewAddress = 2,
  ConnectionMaxData = 3,
  ConnectionDataBlocked = 4,
  ConnectionMaxStreamId = 5,
  ConnectionStreamIdBlocked = 6,
  ConnectionAssetDetails = 7,
  StreamClose = 16,
  StreamMoney = 17,
  StreamMaxMoney = 18,
  StreamMoneyBlocked = 19,
  StreamData = 20,
  StreamMaxData = 21,
  StreamDataBlocked = 22,
  StreamReceipt = 23,
}

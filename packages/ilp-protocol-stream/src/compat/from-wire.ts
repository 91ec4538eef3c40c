import { FrameType, type Frame } from '@stream/frames'
import { frameName, instanceOf } from './base-frame.js'
import * as frames from './frames.js'

const frameClasses = Object.values(frames)

/** Every frame class of 2.x. */
export type CompatFrame = InstanceType<(typeof frameClasses)[number]>

const classOfType = new Map<number, (typeof frameClasses)[number]>(
  frameClasses.map((frameClass) => [FrameType[frameClass[frameName]], frameClass]),
)

/** The frame that the codec read, as an instance of its class; nothing for frames that 2.x does not know. */
export function fromWire(frame: Frame): CompatFrame | undefined {
  if (frame.type === 'unknown') return undefined
  const frameClass = classOfType.get(frame.type)
  return frameClass && instanceOf<CompatFrame>(frameClass, frame)
}

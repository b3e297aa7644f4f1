/** The numbers of a constant tensor, whichever of ONNX's two ways of storing them was used. */
import { DataType, type TensorProto } from './read-model.ts';

/** Product of the dimensions; 1 for a scalar. */
export function elementsOf(tensor: TensorProto): number {
  return tensor.dims.reduce((product, size) => product * Number(size), 1);
}

export function shapeOf(tensor: TensorProto): number[] {
  return tensor.dims.map(Number);
}

const readers: Partial<Record<number, { bytes: number; at: (view: DataView, offset: number) => number }>> = {
  [DataType.FLOAT]: { bytes: 4, at: (view, offset) => view.getFloat32(offset, true) },
  [DataType.DOUBLE]: { bytes: 8, at: (view, offset) => view.getFloat64(offset, true) },
  [DataType.INT64]: { bytes: 8, at: (view, offset) => Number(view.getBigInt64(offset, true)) },
  [DataType.INT32]: { bytes: 4, at: (view, offset) => view.getInt32(offset, true) },
  [DataType.UINT8]: { bytes: 1, at: (view, offset) => view.getUint8(offset) },
};

/** Numbers of a tensor of floats, doubles, int64, int32 or uint8; null for other types or when data are missing. */
export function numbersOf(tensor: TensorProto): Float64Array | null {
  const reader = readers[tensor.dataType ?? 0];
  const count = elementsOf(tensor);
  if (reader === undefined) return null;
  const { rawData } = tensor;
  if (rawData !== undefined && rawData.length > 0) {
    if (rawData.length !== count * reader.bytes) return null;
    const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength);
    return Float64Array.from({ length: count }, (_, i) => reader.at(view, i * reader.bytes));
  }
  const typed = typedData(tensor);
  return typed.length === count ? typed : null;
}

function typedData(tensor: TensorProto): Float64Array {
  switch (tensor.dataType) {
    case DataType.FLOAT:
      return Float64Array.from(tensor.floatData);
    case DataType.DOUBLE:
      return Float64Array.from(tensor.doubleData);
    case DataType.INT64:
      return Float64Array.from(tensor.int64Data, Number);
    default:
      return Float64Array.from(tensor.int32Data);
  }
}

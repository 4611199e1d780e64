package grapevine.node.model;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A field of a later version: type and bytes, kept and passed on as they came.
 *
 * <pre>list: u8 count · count × (u16 type · u16 length · bytes), types strictly ascending</pre>
 */
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode below compare the bytes
public record Tlv(int type, byte[] value) {
  @Override
  public boolean equals(Object other) {
    return other instanceof Tlv that && type == that.type && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return 31 * type + Arrays.hashCode(value);
  }

  /** Reads a list; its types ascend, so that a list has one encoding. */
  public static List<Tlv> readList(ByteBuffer in, int countMax, int bytesMax)
      throws MalformedException {
    int count = Fields.u8(in, "TLV count");
    if (count > countMax) {
      throw new MalformedException("TLV count " + count + ", expected at most " + countMax);
    }
    List<Tlv> list = new ArrayList<>(count);
    int bytes = 0;
    int previous = -1;
    for (int i = 0; i < count; i++) {
      int type = Fields.u16(in, "TLV type");
      if (type <= previous) {
        throw new MalformedException("TLV type " + type + " after " + previous + ", expected more");
      }
      previous = type;
      int length = Fields.u16(in, "TLV length");
      bytes += 4 + length;
      if (bytes > bytesMax) {
        throw new MalformedException("TLVs of " + bytes + " bytes, expected at most " + bytesMax);
      }
      list.add(new Tlv(type, Fields.bytes(in, length, "TLV value")));
    }
    return List.copyOf(list);
  }

  public static void writeList(ByteBuffer out, List<Tlv> list) {
    out.put((byte) list.size());
    for (Tlv tlv : list) {
      out.putShort((short) tlv.type).putShort((short) tlv.value.length).put(tlv.value);
    }
  }

  public static int listBytes(List<Tlv> list) {
    return 1 + list.stream().mapToInt(tlv -> 4 + tlv.value.length).sum();
  }
}

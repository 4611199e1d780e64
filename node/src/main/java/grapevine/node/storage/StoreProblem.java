package grapevine.node.storage;

/**
 * Why a store takes nothing new at the moment.
 *
 * @param detail a sentence: the path, what was found, what was expected
 */
public record StoreProblem(Kind kind, String detail) {
  /** The kind of a problem; its key is a metric label. */
  public enum Kind {
    /** Little space is left on the file system. */
    DISK_FULL("disk-full"),
    /** The database has reached its largest size. */
    MAP_FULL("map-full"),
    /** A write failed while there was space. */
    IO_ERROR("io-error");

    private final String key;

    Kind(String key) {
      this.key = key;
    }

    public String key() {
      return key;
    }
  }
}

package grapevine.node.api;

import org.jspecify.annotations.Nullable;

/**
 * An answer that is not what was asked for: status, a key that programs switch on, a sentence for
 * people, and the field at fault where there is one. No stack trace: the caller's mistakes are
 * values, and the caller decides how many of them are made.
 */
final class ApiError extends Exception {
  private static final long serialVersionUID = 1L;
  private static final int FIELD_CHARS_MAX = 64;

  private final int status;
  private final String key;
  private final String detail;
  private final @Nullable String field;

  ApiError(int status, String key, String detail, @Nullable String field) {
    super(key + ": " + detail, null, false, false);
    this.status = status;
    this.key = key;
    this.detail = detail;
    this.field = field;
  }

  ApiError(int status, String key, String detail) {
    this(status, key, detail, null);
  }

  /** The field may be the caller's own text, and is cut to a length that a log can bear. */
  static ApiError malformed(String field, String detail) {
    return new ApiError(
        400, "malformed", detail, field.substring(0, Math.min(field.length(), FIELD_CHARS_MAX)));
  }

  static ApiError busy(String detail) {
    return new ApiError(503, "busy", detail);
  }

  static ApiError stopping() {
    return new ApiError(503, "stopping", "the node is stopping");
  }

  int status() {
    return status;
  }

  String key() {
    return key;
  }

  String detail() {
    return detail;
  }

  @Nullable String field() {
    return field;
  }
}

package grapevine.node.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One request and its answer, on the thread that serves it. */
final class Call {
  static final String JSON = "application/json";
  static final String JSON_LINES = "application/x-ndjson";
  static final String BYTES = "application/octet-stream";

  /** Largest body that is taken. */
  static final int BODY_BYTES_MAX = 8 << 20;

  /**
   * Largest body of an operator's action: the longest name and number take less than a kilobyte.
   * These are not accounted for as submissions are, and become a tree of ten times their size.
   */
  static final int ACTION_BYTES_MAX = 64 << 10;

  /** How much of a larger one is read and forgotten, so that its sender gets to see the answer. */
  private static final int DISCARDED_BYTES_MAX = 4 * BODY_BYTES_MAX;

  private static final ObjectMapper JSON_READER = new ObjectMapper();

  private final HttpExchange exchange;
  private Map<String, String> variables = Map.of();
  private boolean answered;

  Call(HttpExchange exchange) {
    this.exchange = exchange;
  }

  /** Sets what its path says at the places that its route leaves open. */
  Call with(Map<String, String> pathVariables) {
    variables = pathVariables;
    return this;
  }

  /**
   * What the path says in place of {@code {name}}.
   *
   * @throws IllegalArgumentException if its route has no such place
   */
  String variable(String name) {
    String value = variables.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no {" + name + "} in the path's template");
    }
    return value;
  }

  String method() {
    return exchange.getRequestMethod();
  }

  String path() {
    return exchange.getRequestURI().getRawPath();
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
  }

  /**
   * The parameters behind the question mark.
   *
   * @throws ApiError for one that is not among {@code known}, or is there twice
   */
  Map<String, String> query(String... known) throws ApiError {
    Map<String, String> parameters = new LinkedHashMap<>();
    String raw = exchange.getRequestURI().getRawQuery();
    for (String each : raw == null || raw.isEmpty() ? new String[0] : raw.split("&", -1)) {
      int equals = each.indexOf('=');
      String name = decode(equals < 0 ? each : each.substring(0, equals));
      if (!Set.of(known).contains(name)) {
        throw ApiError.malformed(
            name,
            "unknown parameter, expected "
                + (known.length == 0 ? "none" : String.join(", ", known)));
      }
      if (parameters.put(name, equals < 0 ? "" : decode(each.substring(equals + 1))) != null) {
        throw ApiError.malformed(name, "the parameter is given twice");
      }
    }
    return parameters;
  }

  /** Every percent sign begins an escape here, or the server had not taken the address. */
  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /** The number of a parameter, within bounds; {@code otherwise} when it is not given. */
  static long number(Map<String, String> query, String name, long min, long max, long otherwise)
      throws ApiError {
    String text = query.get(name);
    if (text == null) {
      return otherwise;
    }
    try {
      long value = Long.parseLong(text);
      if (min <= value && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Answered below.
    }
    throw ApiError.malformed(name, "expected a whole number from " + min + " to " + max);
  }

  /** Bytes that the body may have: what its sender says, or the most that is taken. */
  int bodyBytesMax() {
    try {
      long length = Long.parseLong(header("Content-Length").orElse("x"));
      return Math.clamp(length, 0, BODY_BYTES_MAX);
    } catch (NumberFormatException e) {
      return BODY_BYTES_MAX;
    }
  }

  byte[] body() throws IOException, ApiError {
    return body(BODY_BYTES_MAX);
  }

  private byte[] body(int bytesMax) throws IOException, ApiError {
    InputStream in = exchange.getRequestBody();
    byte[] body = in.readNBytes(bytesMax + 1);
    if (body.length <= bytesMax) {
      return body;
    }
    long discarded = 0;
    byte[] scratch = new byte[1 << 16];
    for (int n = 0; n >= 0 && discarded < DISCARDED_BYTES_MAX; n = in.read(scratch)) {
      discarded += n;
    }
    throw new ApiError(413, "too-large", "the body has more than " + bytesMax + " bytes");
  }

  /**
   * The body of an operator's action, an object of JSON.
   *
   * @throws ApiError when it is none, or has a field that is not among {@code known}
   */
  JsonNode json(String... known) throws IOException, ApiError {
    try {
      JsonNode body = JSON_READER.readTree(body(ACTION_BYTES_MAX));
      if (!body.isObject()) {
        throw ApiError.malformed("body", "expected an object of JSON");
      }
      for (Map.Entry<String, JsonNode> field : body.properties()) {
        if (!Set.of(known).contains(field.getKey())) {
          throw ApiError.malformed(
              field.getKey(), "unknown field, expected " + String.join(", ", known));
        }
      }
      return body;
    } catch (JsonProcessingException e) {
      throw ApiError.malformed("body", "expected JSON");
    }
  }

  /** Whether anything of the answer has been sent. */
  boolean isAnswered() {
    return answered;
  }

  void answer(int status, JsonNode body) throws IOException {
    answer(status, JSON, (body + "\n").getBytes(StandardCharsets.UTF_8));
  }

  void answer(int status, String contentType, byte[] body) throws IOException {
    begin(status, contentType, body.length == 0 ? -1 : body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  /**
   * Answers 200 with a body whose length is not known yet. What is flushed is sent at once; the
   * caller closes it.
   */
  OutputStream stream(String contentType) throws IOException {
    begin(200, contentType, 0);
    return exchange.getResponseBody();
  }

  private void begin(int status, String contentType, long length) throws IOException {
    answered = true;
    setHeader("Content-Type", contentType);
    setHeader("Cache-Control", "no-store");
    setHeader("X-Content-Type-Options", "nosniff");
    exchange.sendResponseHeaders(status, length);
  }

  void setHeader(String name, String value) {
    exchange.getResponseHeaders().set(name, value);
  }
}

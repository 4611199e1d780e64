package grapevine.node.api;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

/** The API described for programs, by OpenAPI 3.1. Any thread. */
final class Description {
  private static final String FILE = "openapi.yaml";

  private Description() {}

  /** UTF-8. */
  static byte[] read() throws IOException {
    try (InputStream in = Description.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new FileNotFoundException(FILE);
      }
      return in.readAllBytes();
    }
  }

  /** {@code GET /v1/openapi.yaml} */
  static void answer(Call call) throws ApiError, IOException {
    call.query();
    call.answer(200, "application/yaml", read());
  }
}

package grapevine.node.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * Speaks to a node's API and waits for the answers. Any thread; knows no proxies and follows no
 * redirects, because a node's API is where it says it is.
 */
public final class ApiClient implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /** Longer than the node's own patience with itself. */
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);

  private final URI base;
  private final Token token;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .proxy(HttpClient.Builder.NO_PROXY)
          .build();

  /** The node's answer is an error. */
  public static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient JsonNode body;

    RefusedException(int status, JsonNode body) {
      super(
          body.path("error").asText("HTTP status " + status)
              + (body.has("field") ? " (" + body.path("field").asText() + ")" : "")
              + (body.has("detail") ? ": " + body.path("detail").asText() : ""));
      this.status = status;
      this.body = body;
    }

    /** The HTTP status. */
    public int status() {
      return status;
    }

    /** {@code {"error", "detail", "field"?, "id"?}}; empty when the answer was no JSON. */
    public JsonNode body() {
      return body;
    }
  }

  /**
   * @param base such as {@code http://127.0.0.1:7701}
   */
  public ApiClient(URI base, Token token) {
    this.base = base;
    this.token = token;
  }

  /**
   * @param path with the query, such as {@code /v1/items?since=3}
   * @throws RefusedException when the node answers with an error
   * @throws IOException when it does not answer
   */
  public JsonNode get(String path) throws IOException, InterruptedException {
    return answer(request(path).GET());
  }

  /** As {@link #get}, with a body. */
  public JsonNode post(String path, String contentType, byte[] body)
      throws IOException, InterruptedException {
    return answer(posting(path, contentType, body));
  }

  /** As {@link #get}, with a body of JSON. */
  public JsonNode post(String path, JsonNode body) throws IOException, InterruptedException {
    return post(path, Call.JSON, body.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** As {@link #get}, removing what is there. */
  public JsonNode delete(String path) throws IOException, InterruptedException {
    return answer(request(path).DELETE());
  }

  /** As {@link #get}, replacing what is there. */
  public JsonNode put(String path, JsonNode body) throws IOException, InterruptedException {
    return answer(
        request(path)
            .header("Content-Type", Call.JSON)
            .PUT(HttpRequest.BodyPublishers.ofString(body.toString())));
  }

  /**
   * Reads JSON lines as they come, until the node ends them or {@code more} answers false.
   *
   * @param path such as {@code /v1/events}
   */
  public void lines(String path, Predicate<JsonNode> more)
      throws IOException, InterruptedException {
    read(request(path).GET().build(), more);
  }

  /** As {@link #lines}, with a body: for {@code /v1/transactions/batch}. */
  public void postLines(String path, byte[] body, Predicate<JsonNode> more)
      throws IOException, InterruptedException {
    read(posting(path, Call.JSON_LINES, body).build(), more);
  }

  /** A text as a segment of a path. */
  public static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base.resolve(path))
        .header("Authorization", token.authorization());
  }

  private HttpRequest.Builder posting(String path, String contentType, byte[] body) {
    return request(path)
        .header("Content-Type", contentType)
        .POST(HttpRequest.BodyPublishers.ofByteArray(body));
  }

  private JsonNode answer(HttpRequest.Builder request) throws IOException, InterruptedException {
    try (InputStream in = send(request.timeout(ANSWER_TIMEOUT).build()).body()) {
      return JSON.readTree(in);
    }
  }

  private void read(HttpRequest request, Predicate<JsonNode> more)
      throws IOException, InterruptedException {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(send(request).body(), StandardCharsets.UTF_8))) {
      String line = in.readLine();
      while (line != null && more.test(JSON.readTree(line))) {
        line = in.readLine();
      }
    }
  }

  private HttpResponse<InputStream> send(HttpRequest request)
      throws IOException, InterruptedException {
    HttpResponse<InputStream> response;
    try {
      response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (ConnectException e) {
      throw new IOException("no node answers at " + base, e);
    }
    if (response.statusCode() != 200) {
      try (InputStream in = response.body()) {
        throw new RefusedException(response.statusCode(), error(in));
      }
    }
    return response;
  }

  private static JsonNode error(InputStream in) throws IOException {
    try {
      return JSON.readTree(in);
    } catch (JsonProcessingException e) {
      return Json.object();
    }
  }

  /** Breaks off what is still read. */
  @Override
  public void close() {
    http.shutdownNow();
  }
}

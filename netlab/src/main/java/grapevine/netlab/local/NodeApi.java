package grapevine.netlab.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import grapevine.crypto.Hash256;
import grapevine.node.model.Block;
import grapevine.node.model.Item;
import grapevine.node.model.ItemId;
import grapevine.node.model.ItemKind;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What the lab asks one node over HTTP. Any thread; each call blocks its own. Every failure is an
 * IOException that names the address.
 */
final class NodeApi {
  /**
   * Far longer than a node needs. Fifty that start on two processors have been seen to take more
   * than ten seconds for a first answer.
   */
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private static final int PAGE_ITEMS = 10_000;
  private static final int ERROR_CHARS_SHOWN = 300;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a node answered to a submission. */
  sealed interface Submitted {
    /** The item is durable. */
    record Acknowledged() implements Submitted {}

    /** The node does not take it; {@code key} says why. */
    record Refused(String key) implements Submitted {}
  }

  /** The last block of the best chain; the network's id and 0 where there is none. */
  record Tip(Hash256 id, long height) {}

  /** Items that were stored behind a position, and the position to go on from. */
  record Page(List<ItemId> items, long next) {}

  private final HttpClient http;
  private final String api;
  private final String metrics;
  private final String token;

  /**
   * @param api host:port
   * @param metrics host:port
   */
  NodeApi(HttpClient http, String api, String metrics, String token) {
    this.http = http;
    this.api = api;
    this.metrics = metrics;
    this.token = token;
  }

  /** Peers that have completed the handshake, in both directions. */
  int peers() throws IOException, InterruptedException {
    JsonNode peers = json("/v1/status").path("peers");
    return peers.path("inbound").asInt() + peers.path("outbound").asInt();
  }

  Tip best() throws IOException, InterruptedException {
    JsonNode best = json("/v1/status").path("best");
    return new Tip(Hash256.fromHex(best.path("id").asText()), best.path("height").asLong());
  }

  Digest digest() throws IOException, InterruptedException {
    return Digest.of(json("/v1/digest"));
  }

  /** Items behind position {@code since}, oldest first; an empty page is the end. */
  Page items(long since) throws IOException, InterruptedException {
    JsonNode json = json("/v1/items?since=" + since + "&limit=" + PAGE_ITEMS);
    List<ItemId> items = new ArrayList<>();
    for (JsonNode item : json.path("items")) {
      items.add(itemId(item.path("kind").asText(), item.path("id").asText()));
    }
    return new Page(items, json.path("next").asLong());
  }

  static ItemId itemId(String kind, String hex) throws IOException {
    for (ItemKind each : ItemKind.values()) {
      if (each.label().equals(kind)) {
        try {
          return new ItemId(each, Hash256.fromHex(hex));
        } catch (IllegalArgumentException e) {
          throw new IOException("an item's id is " + hex + ", expected 64 hexadecimal digits", e);
        }
      }
    }
    throw new IOException("an item's kind is \"" + kind + "\", expected transaction or block");
  }

  /** Returns once the item is durable there, or refused. */
  Submitted submit(Item item) throws IOException, InterruptedException {
    HttpRequest request =
        request(item instanceof Block ? "/v1/blocks" : "/v1/transactions")
            .timeout(TIMEOUT)
            .header("Content-Type", "application/octet-stream")
            .POST(HttpRequest.BodyPublishers.ofByteArray(item.toBytes()))
            .build();
    HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
    return switch (response.statusCode()) {
      case 200 -> new Submitted.Acknowledged();
      case 400, 422, 503 ->
          new Submitted.Refused(JSON.readTree(response.body()).path("error").asText());
      default -> throw unexpected(request, response.statusCode(), response.body());
    };
  }

  /** The stream of these events, one JSON object a line; it ends with the node or when closed. */
  InputStream events(String names) throws IOException, InterruptedException {
    HttpRequest request = request("/v1/events?events=" + names).GET().build();
    HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
    if (response.statusCode() != 200) {
      try (InputStream body = response.body()) {
        throw unexpected(request, response.statusCode(), body.readNBytes(ERROR_CHARS_SHOWN));
      }
    }
    return response.body();
  }

  MetricsPage metrics() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + metrics + "/metrics"))
            .timeout(TIMEOUT)
            .header("Accept", "text/plain")
            .build();
    return MetricsPage.parse(new String(body(request), StandardCharsets.UTF_8));
  }

  private JsonNode json(String path) throws IOException, InterruptedException {
    return JSON.readTree(body(request(path).timeout(TIMEOUT).GET().build()));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + api + path))
        .header("Authorization", "Bearer " + token);
  }

  private byte[] body(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
    if (response.statusCode() != 200) {
      throw unexpected(request, response.statusCode(), response.body());
    }
    return response.body();
  }

  private static IOException unexpected(HttpRequest request, int status, byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8).strip();
    return new IOException(
        "%s %s answered %d: %s"
            .formatted(
                request.method(),
                request.uri(),
                status,
                text.substring(0, Math.min(text.length(), ERROR_CHARS_SHOWN))));
  }
}

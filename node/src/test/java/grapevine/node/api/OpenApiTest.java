package grapevine.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds {@code openapi.yaml} against a running server, in both directions. */
class OpenApiTest {
  private static final Set<String> METHODS = Set.of("get", "post", "put", "delete", "patch");
  private static final byte[] TRANSACTION = FakeGate.TRANSACTION.toBytes();
  private static final String TRANSACTION_JSON =
      "{\"transaction\":\"%s\"}".formatted(HexFormat.of().formatHex(TRANSACTION));

  @TempDir Path directory;
  private RunningApi api;
  private JsonNode document;

  /** One method of one path of the document. */
  private record Operation(String method, String path, JsonNode description) {
    @Override
    public String toString() {
      return method + " " + path;
    }

    boolean isOpen() {
      return description.has("security") && description.path("security").isEmpty();
    }
  }

  /** A request and the status that it must be answered with. */
  private record Sample(String operation, HttpRequest.Builder request, int status) {}

  @BeforeEach
  void open() throws IOException {
    api = new RunningApi(directory);
    document = new ObjectMapper(new YAMLFactory()).readTree(Description.read());
  }

  @AfterEach
  void close() {
    api.close();
  }

  private List<Operation> operations() {
    List<Operation> operations = new ArrayList<>();
    document
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        each -> {
                          assertThat(METHODS).contains(each.getKey());
                          operations.add(
                              new Operation(
                                  each.getKey().toUpperCase(java.util.Locale.ROOT),
                                  path.getKey(),
                                  each.getValue()));
                        }));
    return operations;
  }

  private Sample get(String operation, String path, int status) {
    return new Sample("GET " + operation, api.request(path).GET(), status);
  }

  private Sample post(String path, String type, byte[] body, int status) {
    return new Sample(
        "POST " + path,
        api.request(path).header("Content-Type", type).POST(BodyPublishers.ofByteArray(body)),
        status);
  }

  private Sample put(String operation, String path, String body, int status) {
    return new Sample(
        "PUT " + operation, api.request(path).PUT(BodyPublishers.ofString(body)), status);
  }

  private Sample delete(String operation, String path, int status) {
    return new Sample("DELETE " + operation, api.request(path).DELETE(), status);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Every operation at its best, and the errors that each can be brought to. */
  private List<Sample> samples() {
    String transaction = FakeGate.TRANSACTION.hash().toHex();
    String block = FakeGate.BLOCK.id().hash().toHex();
    String item = "/v1/items/{kind}/{id}";
    String levels = "/v1/log-levels/{topic}";
    return List.of(
        get("/livez", "/livez", 200),
        get("/readyz", "/readyz", 200),
        get("/readyz", "/readyz?min_peers=6", 503),
        get("/readyz", "/readyz?min_peers=x", 400),
        get("/v1/openapi.yaml", "/v1/openapi.yaml", 200),
        get("/v1/status", "/v1/status", 200),
        get("/v1/peers", "/v1/peers", 200),
        post("/v1/peers", Call.JSON, utf8("{\"address\":\"known:1\"}"), 200),
        post("/v1/peers", Call.JSON, utf8("{\"address\":\"nobody:1\"}"), 422),
        post("/v1/peers", Call.JSON, utf8("{}"), 400),
        delete("/v1/peers/{peer}", "/v1/peers/p7", 200),
        delete("/v1/peers/{peer}", "/v1/peers/p8", 404),
        get("/v1/bans", "/v1/bans", 200),
        post("/v1/bans", Call.JSON, utf8("{\"who\":\"10.0.0.1\",\"seconds\":5}"), 200),
        post("/v1/bans", Call.JSON, utf8("{}"), 400),
        delete("/v1/bans/{who}", "/v1/bans/10.0.0.1", 200),
        delete("/v1/bans/{who}", "/v1/bans/10.0.0.2", 404),
        get("/v1/addresses", "/v1/addresses?service=archive&limit=2", 200),
        get("/v1/addresses", "/v1/addresses?service=nonsense", 400),
        get("/v1/net", "/v1/net", 200),
        get("/v1/pool", "/v1/pool", 200),
        get("/v1/tips", "/v1/tips", 200),
        get("/v1/digest", "/v1/digest", 200),
        get("/v1/items", "/v1/items?since=1&limit=1", 200),
        get("/v1/items", "/v1/items?limit=0", 400),
        get(item, "/v1/items/transaction/" + transaction, 200),
        get(item, "/v1/items/block/" + block, 200),
        new Sample(
            "GET " + item,
            api.request("/v1/items/block/" + block).header("Accept", Call.BYTES).GET(),
            200),
        get(item, "/v1/items/block/" + transaction, 404),
        get(item, "/v1/items/block/xyz", 400),
        get(item + "/trace", "/v1/items/transaction/" + transaction + "/trace", 200),
        get(item + "/trace", "/v1/items/block/" + block + "/trace", 404),
        get("/v1/events", "/v1/events?events=nonsense", 400),
        post("/v1/transactions", Call.JSON, utf8(TRANSACTION_JSON), 200),
        post("/v1/transactions", Call.BYTES, TRANSACTION, 200),
        post("/v1/transactions", Call.JSON, utf8("{}"), 400),
        post("/v1/transactions/batch", Call.JSON_LINES, utf8(TRANSACTION_JSON + "\n{}\n"), 200),
        post("/v1/transactions/batch", Call.JSON_LINES, utf8("{}\n".repeat(10_001)), 413),
        post("/v1/blocks", Call.BYTES, FakeGate.BLOCK.toBytes(), 200),
        post("/v1/blocks", Call.BYTES, new byte[3], 400),
        get("/v1/log-levels", "/v1/log-levels", 200),
        put(levels, "/v1/log-levels/transport", "{\"level\":\"debug\"}", 200),
        put(levels, "/v1/log-levels/nonsense", "{\"level\":\"debug\"}", 400));
  }

  @Test
  void shouldDescribeWhatTheServerAnswersToAndNothingElse() {
    assertThat(operations().stream().map(Operation::toString))
        .containsExactlyInAnyOrderElementsOf(api.server.routes());
  }

  @Test
  void shouldDescribeEachAnswer() throws Exception {
    ObjectNode strict = strict();
    Set<String> succeeded = new TreeSet<>();
    for (Sample sample : samples()) {
      Operation operation =
          operations().stream()
              .filter(each -> each.toString().equals(sample.operation))
              .findFirst()
              .orElseThrow(() -> new AssertionError("not described: " + sample.operation));
      RunningApi.Reply reply = api.send(sample.request.build());
      assertThat(reply.status()).as(sample.operation).isEqualTo(sample.status);
      check(strict, operation, reply);
      if (reply.status() == 200) {
        succeeded.add(sample.operation);
      }
    }
    succeeded.add("GET /v1/events"); // has no end: see below
    assertThat(succeeded)
        .containsExactlyInAnyOrderElementsOf(
            operations().stream().map(Operation::toString).toList());
  }

  @Test
  void shouldDescribeEvents() throws Exception {
    HttpResponse<Stream<String>> answer =
        api.http.send(api.request("/v1/events").GET().build(), HttpResponse.BodyHandlers.ofLines());
    try (Stream<String> lines = answer.body()) {
      String hello = lines.findFirst().orElseThrow();
      assertThat(errors(document, "#/components/schemas/Event", hello)).isEmpty();
    }
  }

  @Test
  void shouldDescribeHealthOfANodeThatEnds() throws Exception {
    api.gate.draining = true;
    RunningApi.Reply reply = api.get("/readyz");

    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.json().path("reasons").path(0).asText()).isEqualTo("the node is stopping");
    assertThat(api.get("/livez").status()).isEqualTo(200);
    assertThat(errors(strict(), "#/components/schemas/Health", reply.text())).isEmpty();
  }

  @Test
  void shouldSayWhichOperationsNeedTheToken() throws Exception {
    for (Operation each : operations()) {
      RunningApi.Reply reply =
          api.send(
              HttpRequest.newBuilder(api.base.resolve(filled(each.path)))
                  .method(each.method, BodyPublishers.noBody())
                  .build());
      assertThat(reply.status() == 401).as(each.toString()).isEqualTo(!each.isOpen());
    }
  }

  @Test
  void shouldNameTheParametersThatTheServerKnows() throws Exception {
    for (Operation each : operations()) {
      List<String> described = new ArrayList<>();
      for (JsonNode parameter : each.description.path("parameters")) {
        if (resolved(parameter).path("in").asText().equals("query")) {
          described.add(resolved(parameter).path("name").asText());
        }
      }
      RunningApi.Reply reply =
          api.send(
              api.request(filled(each.path) + "?nonsense=1")
                  .method(each.method, BodyPublishers.noBody())
                  .build());
      assertThat(reply.json().path("detail").asText())
          .as(each.toString())
          .isEqualTo(
              "unknown parameter, expected "
                  + (described.isEmpty() ? "none" : String.join(", ", described)));
    }
  }

  @Test
  void shouldReferToWhatIsThere() {
    List<String> references = new ArrayList<>();
    document.findValues("$ref").forEach(each -> references.add(each.asText()));
    assertThat(references).isNotEmpty();
    Set<String> used = new HashSet<>(references);
    for (String each : used) {
      assertThat(document.at(each.substring(1)).isMissingNode()).as(each).isFalse();
    }
    for (String kind : List.of("schemas", "responses", "parameters")) {
      document
          .path("components")
          .path(kind)
          .fieldNames()
          .forEachRemaining(name -> assertThat(used).contains("#/components/" + kind + "/" + name));
    }
  }

  private static String filled(String path) {
    return path.replaceAll("\\{[a-z]+}", "x");
  }

  private JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
  }

  /** The document, with no field in an answer that it does not name. */
  private ObjectNode strict() {
    ObjectNode copy = document.deepCopy();
    for (JsonNode parent : copy.findParents("properties")) {
      if (parent.path("type").asText().equals("object")) {
        ((ObjectNode) parent).put("unevaluatedProperties", false);
      }
    }
    return copy;
  }

  private void check(ObjectNode strict, Operation operation, RunningApi.Reply reply) {
    JsonNode response =
        resolved(operation.description.path("responses").path(String.valueOf(reply.status())));
    assertThat(response.isMissingNode()).as("%s answers %d", operation, reply.status()).isFalse();
    String type = reply.response().headers().firstValue("Content-Type").orElse("");
    JsonNode content = response.path("content").path(type);
    assertThat(content.isMissingNode()).as("%s answers %s", operation, type).isFalse();
    if (!content.has("schema")) {
      return;
    }
    ObjectNode schema = strict.deepCopy();
    schema.withObject("/components/schemas").set("Answer", withStrictness(content.path("schema")));
    List<String> documents =
        type.equals(Call.JSON_LINES) ? reply.text().lines().toList() : List.of(reply.text());
    for (String each : documents) {
      assertThat(errors(schema, "#/components/schemas/Answer", each))
          .as("%s answers %s", operation, each)
          .isEmpty();
    }
  }

  private static JsonNode withStrictness(JsonNode schema) {
    JsonNode copy = schema.deepCopy();
    if (copy.path("type").asText().equals("object") && copy.has("properties")) {
      ((ObjectNode) copy).put("unevaluatedProperties", false);
    }
    return copy;
  }

  private static List<String> errors(JsonNode document, String pointer, String json) {
    ObjectNode schema = document.deepCopy();
    schema.put("$ref", pointer);
    List<Error> errors =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(schema)
            .validate(json, com.networknt.schema.InputFormat.JSON);
    return errors.stream().map(Error::toString).toList();
  }
}

package grapevine.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import grapevine.node.model.Rejection;
import grapevine.node.model.Transaction;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SubmissionsTest {
  private static final String SINGLE = "/v1/transactions";
  private static final String BATCH = "/v1/transactions/batch";

  @TempDir Path directory;
  private RunningApi api;

  @BeforeEach
  void open() throws IOException {
    api = new RunningApi(directory);
  }

  @AfterEach
  void close() {
    api.close();
  }

  private static String json(Transaction transaction) {
    return "{\"transaction\":\"" + HexFormat.of().formatHex(transaction.toBytes()) + "\"}";
  }

  private static List<JsonNode> lines(RunningApi.Reply reply) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : reply.text().lines().toList()) {
      lines.add(RunningApi.JSON.readTree(line));
    }
    return lines;
  }

  @Test
  void shouldAcknowledgeATransaction() throws Exception {
    Transaction transaction = FakeGate.transaction(2);

    RunningApi.Reply reply = api.post(SINGLE, json(transaction));

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.text()).isEqualTo("{\"id\":\"" + transaction.hash() + "\",\"known\":false}\n");
    assertThat(api.gate.submitted).containsExactly(List.of(transaction));
  }

  @Test
  void shouldSayThatItWasKnown() throws Exception {
    assertThat(api.post(SINGLE, json(FakeGate.TRANSACTION)).json().path("known").asBoolean())
        .isTrue();
  }

  @Test
  void shouldTakeTheBytesThemselves() throws Exception {
    byte[] bytes = FakeGate.transaction(2).toBytes();
    HttpRequest request =
        api.request(SINGLE)
            .header("Content-Type", "application/octet-stream")
            .POST(HttpRequest.BodyPublishers.ofByteArray(bytes))
            .build();

    assertThat(api.send(request).status()).isEqualTo(200);
  }

  private RunningApi.Reply postBlock(byte[] bytes) throws Exception {
    return api.send(
        api.request("/v1/blocks")
            .header("Content-Type", "application/octet-stream")
            .POST(HttpRequest.BodyPublishers.ofByteArray(bytes))
            .build());
  }

  @Test
  void shouldTakeABlock() throws Exception {
    RunningApi.Reply reply = postBlock(FakeGate.BLOCK.toBytes());

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.text())
        .isEqualTo("{\"id\":\"" + FakeGate.BLOCK.id().hash() + "\",\"known\":true}\n");
  }

  @Test
  void shouldNameTheReasonWhyABlockIsRefused() throws Exception {
    api.gate.rejections.put(FakeGate.BLOCK.id(), Rejection.BAD_SIGNATURE);

    RunningApi.Reply reply = postBlock(FakeGate.BLOCK.toBytes());

    assertThat(reply.status()).isEqualTo(422);
    assertThat(reply.json().path("error").asText()).isEqualTo(Rejection.BAD_SIGNATURE.key());
  }

  @Test
  void shouldNameTheBlockWhenItIsMalformed() throws Exception {
    RunningApi.Reply reply = postBlock(new byte[300]);

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.json().path("field").asText()).isEqualTo("block");
  }

  @Test
  void shouldTakeBlocksAsBytesOnly() throws Exception {
    RunningApi.Reply reply = api.post("/v1/blocks", "{}");

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.json().path("field").asText()).isEqualTo("Content-Type");
  }

  @ParameterizedTest
  @EnumSource(Rejection.class)
  void shouldNameTheReasonOfARefusal(Rejection reason) throws Exception {
    Transaction transaction = FakeGate.transaction(2);
    api.gate.rejections.put(transaction.id(), reason);

    RunningApi.Reply reply = api.post(SINGLE, json(transaction));

    boolean full = reason == Rejection.BUSY || reason == Rejection.STORAGE_FULL;
    assertThat(reply.status()).isEqualTo(full ? 503 : 422);
    assertThat(reply.json().path("error").asText()).isEqualTo(reason.key());
    assertThat(reply.json().path("id").asText()).isEqualTo(transaction.hash().toHex());
    assertThat(reply.json().path("detail").asText()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|body",
        "[]|body",
        "\"00\"|body",
        "{|body",
        "{} {}|body",
        "{}|transaction",
        "{\"transaction\":5}|transaction",
        "{\"transaction\":null}|transaction",
        "{\"transaction\":nope}|transaction",
        "{\"transaction\":\"zz\"}|transaction",
        "{\"transaction\":\"000\"}|transaction",
        "{\"transaction\":\"00\"}|transaction",
        "{\"transaction\":\"00\",\"transaction\":\"00\"}|transaction",
        "{\"transaction\":{\"hex\":\"00\"}}|transaction",
        "{\"transactions\":[]}|transactions",
        "{\"transaction\":\"00\",\"fee\":1}|fee",
      })
  void shouldNameTheFieldThatIsMalformed(String body, String field) throws Exception {
    RunningApi.Reply reply = api.post(SINGLE, body);

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.json().path("error").asText()).isEqualTo("malformed");
    assertThat(reply.json().path("field").asText()).isEqualTo(field);
    assertThat(reply.json().path("detail").asText()).isNotEmpty();
    assertThat(api.gate.submitted).isEmpty();
  }

  @Test
  void shouldSayWhatIsWrongWithTheEncoding() throws Exception {
    String cut = json(FakeGate.TRANSACTION).replace("\"}", "00\"}");

    assertThat(api.post(SINGLE, cut).json().path("detail").asText())
        .isEqualTo("1 bytes after the transaction, expected 0");
  }

  @Test
  void shouldCutAFieldNameThatIsTooLong() throws Exception {
    RunningApi.Reply reply = api.post(SINGLE, "{\"" + "x".repeat(1000) + "\":1}");

    assertThat(reply.json().path("field").asText()).isEqualTo("x".repeat(64));
  }

  @Test
  void shouldRefuseABodyThatIsTooLarge() throws Exception {
    byte[] body = new byte[Call.BODY_BYTES_MAX + 1];
    HttpRequest declared =
        api.request(SINGLE).POST(HttpRequest.BodyPublishers.ofByteArray(body)).build();
    HttpRequest chunked =
        api.request(SINGLE)
            .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
            .build();

    for (HttpRequest request : List.of(declared, chunked)) {
      RunningApi.Reply reply = api.send(request);
      assertThat(reply.status()).isEqualTo(413);
      assertThat(reply.json().path("error").asText()).isEqualTo("too-large");
    }
  }

  @Test
  void shouldAnswerEveryLineOfABatchInOrder() throws Exception {
    StringBuilder batch = new StringBuilder();
    for (int k = 0; k < 1_200; k++) {
      batch.append(json(FakeGate.transaction(k))).append(k % 2 == 0 ? "\n" : "\r\n");
    }
    Transaction expired = FakeGate.transaction(600);
    api.gate.rejections.put(expired.id(), Rejection.EXPIRED);
    batch.insert(0, "\n{\"transaction\":\"0\"}\n");

    RunningApi.Reply reply = api.post(BATCH, batch.toString());

    List<JsonNode> lines = lines(reply);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(lines).hasSize(1_201);
    assertThat(lines.getFirst().toString())
        .isEqualTo(
            "{\"error\":\"malformed\",\"detail\":\"1 digits, expected an even number\","
                + "\"field\":\"transaction\",\"line\":2}");
    for (int k = 0; k < 1_200; k++) {
      JsonNode line = lines.get(k + 1);
      assertThat(line.path("id").asText()).isEqualTo(FakeGate.transaction(k).hash().toHex());
      assertThat(line.path("known").asBoolean()).isEqualTo(k == 1);
      assertThat(line.path("error").asText()).isEqualTo(k == 600 ? "expired" : "");
    }
    assertThat(lines.get(601).path("line").asInt()).isEqualTo(603);
    assertThat(api.gate.submitted).allSatisfy(chunk -> assertThat(chunk).hasSizeLessThan(501));
  }

  @Test
  void shouldAnswerAnEmptyBatchWithNothing() throws Exception {
    RunningApi.Reply reply = api.post(BATCH, " \n\n");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.text()).isEmpty();
  }

  @Test
  void shouldRefuseABatchOfTooManyLinesAsAWhole() throws Exception {
    RunningApi.Reply reply = api.post(BATCH, "{}\n".repeat(10_001));

    assertThat(reply.status()).isEqualTo(413);
    assertThat(reply.json().path("field").asText()).isEqualTo("lines");
    assertThat(api.gate.submitted).isEmpty();
  }

  @Test
  void shouldSayForEveryLineThatTheNodeStopped() throws Exception {
    api.gate.durable = CompletableFuture.failedFuture(new RejectedExecutionException("stopped"));
    String batch = (json(FakeGate.TRANSACTION) + "\n").repeat(501);

    List<JsonNode> lines = lines(api.post(BATCH, batch));

    assertThat(lines)
        .hasSize(501)
        .allSatisfy(line -> assertThat(line.path("error").asText()).isEqualTo("stopping"));
    assertThat(lines.getLast().path("line").asInt()).isEqualTo(501);
    // After the first chunk it is not asked again.
    assertThat(api.gate.submitted).hasSize(1);
  }
}

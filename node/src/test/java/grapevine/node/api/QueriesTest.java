package grapevine.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueriesTest {
  private static final String NODE = FakeGate.NODE.toHex();
  private static final String TRANSACTION = FakeGate.TRANSACTION.hash().toHex();
  private static final String BLOCK = FakeGate.BLOCK.id().hash().toHex();

  private static final String ACCOUNT =
      "'items':{'announced':10,'requested':6,'first':4,'duplicates':1,'served':2},"
          + "'traffic':{'messagesIn':6,'bytesIn':620,'messagesOut':3,'bytesOut':40},"
          + "'types':{'inv':{'messagesIn':1,'bytesIn':20,'messagesOut':3,'bytesOut':40},"
          + "'tx':{'messagesIn':5,'bytesIn':600,'messagesOut':0,'bytesOut':0}}";

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

  private void check(String path, String expected) throws Exception {
    RunningApi.Reply reply = api.get(path);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.response().headers().firstValue("Content-Type")).contains("application/json");
    assertThat(reply.text()).isEqualTo(expected.replace('\'', '"') + "\n");
  }

  @Test
  void shouldTellTheStatus() throws Exception {
    check(
        "/v1/status",
        "{'nodeId':'%s','network':'testnet','networkId':'%s','agent':'grapevine/0.1',"
                .formatted(NODE, "0a".repeat(32))
            + "'uptimeMillis':1500,'wallMillis':60000,'clockJumpMillis':0,"
            + "'best':{'id':'%s','height':4},'tips':2,".formatted("0b".repeat(32))
            + "'pool':{'transactions':11,'bytes':2200},'peers':{'inbound':2,'outbound':3},"
            + "'addressTable':99,'store':{'position':55,'committed':54,"
            + "'problem':null,'detail':null,'diskFreeBytes':1000000}}");
  }

  @Test
  void shouldListPeersWithNullForWhatIsNotKnown() throws Exception {
    check(
        "/v1/peers",
        "[{'peer':1,'nodeId':'%s','direction':'inbound','why':'inbound',".formatted(NODE)
            + "'address':'10.0.0.1:7700','agent':'stranger \\'x\\'','connectedMillis':2000,"
            + "'rttMillis':1.5,'rttMinMillis':1.25,'inFlight':3,'queuedBytes':400,'bestHeight':5,"
            + "'sameMinute':true,"
            + ACCOUNT
            + "},{'peer':2,'nodeId':'%s','direction':'outbound','why':'operator',".formatted(NODE)
            + "'address':'10.0.0.1:7700','agent':'a','connectedMillis':0,'rttMillis':null,"
            + "'rttMinMillis':null,'inFlight':0,'queuedBytes':0,'bestHeight':0,'sameMinute':null,"
            + "'items':{'announced':0,'requested':0,'first':0,'duplicates':0,'served':0},"
            + "'traffic':{'messagesIn':0,'bytesIn':0,'messagesOut':0,'bytesOut':0},'types':{}}]");
  }

  @Test
  void shouldTellWhatHasPassed() throws Exception {
    check(
        "/v1/net",
        "{'sinceMillis':1500,'socketBytesIn':1000,'socketBytesOut':2000," + ACCOUNT + "}");
  }

  @Test
  void shouldListNodesThatOfferAService() throws Exception {
    check(
        "/v1/addresses?service=archive",
        "[{'nodeId':'%s','state':'alive','addresses':['10.0.0.1:7700'],'services':['archive'],"
                .formatted(NODE)
            + "'answeredAgoMillis':2},{'nodeId':'%s','state':'untried',".formatted(NODE)
            + "'addresses':['10.0.0.1:7700'],'services':['archive'],'answeredAgoMillis':null}]");
    RunningApi.Reply reply = api.get("/v1/addresses?service=nonsense");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.json().path("detail").asText()).isEqualTo("expected archive");
  }

  @Test
  void shouldTellOfThePool() throws Exception {
    check(
        "/v1/pool",
        "{'transactions':11,'bytes':2200,'transactionsMax':100,'bytesMax':10000,'feeFloor':7,"
            + "'feeMin':8,'feeMax':9,'senders':3,'conflicts':1,'nextExpiryMillis':61000,'wanted':5,"
            + "'inFlight':{'transactions':2,'blocks':1},'verifyingBytes':500}");
  }

  @Test
  void shouldTraceAnItemOrSayThatItIsNotRemembered() throws Exception {
    check(
        "/v1/items/transaction/" + TRANSACTION + "/trace",
        "{'kind':'transaction','id':'%s','wall':'1970-01-01T00:01:00.000001Z','steps':["
                .formatted(TRANSACTION)
            + "{'step':'announced','afterMicros':0,'peer':1,'nodeId':'%s','result':'new','ageMillis':30},"
                .formatted(NODE)
            + "{'step':'requested','afterMicros':12,'peer':1,'nodeId':'%s'},".formatted(NODE)
            + "{'step':'accepted','afterMicros':99,'bytes':200}],'omitted':4}");
    RunningApi.Reply reply = api.get("/v1/items/block/" + BLOCK + "/trace");
    assertThat(reply.status()).isEqualTo(404);
  }

  @Test
  void shouldListTips() throws Exception {
    check(
        "/v1/tips",
        "[{'id':'%s','height':4,'slot':17,'producer':1,'best':true}]".formatted("0b".repeat(32)));
  }

  @Test
  void shouldTellTheDigest() throws Exception {
    check(
        "/v1/digest",
        "{'transactions':{'count':11,'digest':'%s'},'blocks':{'count':4,'digest':'%s'},"
                .formatted("0a".repeat(32), "0b".repeat(32))
            + "'best':'%s','tips':['%s']}".formatted("0b".repeat(32), "0b".repeat(32)));
  }

  @Test
  void shouldShowATransaction() throws Exception {
    JsonNode json = api.get("/v1/items/transaction/" + TRANSACTION).json();

    assertThat(json.path("kind").asText()).isEqualTo("transaction");
    assertThat(json.path("id").asText()).isEqualTo(TRANSACTION);
    assertThat(json.path("bytes").asInt()).isEqualTo(FakeGate.TRANSACTION.sizeBytes());
    assertThat(json.path("networkShortId").asText()).isEqualTo("0a".repeat(8));
    assertThat(json.path("sender").asText()).isEqualTo(NODE);
    assertThat(json.path("nonce").asLong()).isEqualTo(65_537);
    assertThat(json.path("timeMillis").asLong()).isEqualTo(60_000);
    assertThat(json.path("lifetimeSeconds").asLong()).isEqualTo(600);
    assertThat(json.path("expiryMillis").asLong()).isEqualTo(660_000);
    assertThat(json.path("fee").asLong()).isEqualTo(7);
    assertThat(json.path("stamp").asText()).isEqualTo("80000000000000ff");
    assertThat(json.path("payload").asText()).isEqualTo("6869");
    assertThat(json.path("signature").asText()).isEqualTo(FakeGate.TRANSACTION.signature().toHex());
    assertThat(json.path("hex").asText())
        .isEqualTo(HexFormat.of().formatHex(FakeGate.TRANSACTION.toBytes()));
  }

  @Test
  void shouldShowABlock() throws Exception {
    JsonNode json = api.get("/v1/items/block/" + BLOCK).json();

    assertThat(json.path("kind").asText()).isEqualTo("block");
    assertThat(json.path("parent").asText()).isEqualTo("0a".repeat(32));
    assertThat(json.path("height").asLong()).isEqualTo(1);
    assertThat(json.path("slot").asLong()).isEqualTo(12);
    assertThat(json.path("producer").asInt(-1)).isZero();
    assertThat(json.path("transactionCount").asInt()).isEqualTo(1);
    assertThat(json.path("transactions").path(0).asText()).isEqualTo(TRANSACTION);
    assertThat(json.path("hex").asText())
        .isEqualTo(HexFormat.of().formatHex(FakeGate.BLOCK.toBytes()));
  }

  @Test
  void shouldGiveTheBytesToWhoeverWantsThem() throws Exception {
    RunningApi.Reply reply =
        api.send(
            api.request("/v1/items/block/" + BLOCK)
                .header("Accept", "application/octet-stream")
                .build());

    assertThat(reply.response().headers().firstValue("Content-Type"))
        .contains("application/octet-stream");
    assertThat(reply.response().body()).isEqualTo(FakeGate.BLOCK.toBytes());
  }

  @Test
  void shouldNotFindAnItemThatIsNotHeld() throws Exception {
    // The kind is part of the name.
    RunningApi.Reply reply = api.get("/v1/items/transaction/" + BLOCK);

    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.json().path("error").asText()).isEqualTo("not-found");
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/items/transaction/abcd,id",
    "/v1/items/transaction/,id",
    "/v1/items/header/00,kind",
    "/v1/items/block/zz00000000000000000000000000000000000000000000000000000000000000,id",
    "/v1/items?since=-1,since",
    "/v1/items?since=x,since",
    "/v1/items?limit=0,limit",
    "/v1/items?limit=10001,limit",
    "/v1/items?from=1,from",
    "/v1/status?verbose=1,verbose"
  })
  void shouldNameTheFieldThatIsWrong(String path, String field) throws Exception {
    RunningApi.Reply reply = api.get(path);

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.json().path("error").asText()).isEqualTo("malformed");
    assertThat(reply.json().path("field").asText()).isEqualTo(field);
    assertThat(reply.json().path("detail").asText()).isNotEmpty();
  }

  @Test
  void shouldPageThroughWhatWasStored() throws Exception {
    String first = "{'position':3,'kind':'transaction','id':'%s'}".formatted(TRANSACTION);
    String second = "{'position':7,'kind':'block','id':'%s'}".formatted(BLOCK);

    check("/v1/items", "{'items':[" + first + "," + second + "],'next':7}");
    check("/v1/items?since=0&limit=1", "{'items':[" + first + "],'next':3}");
    check("/v1/items?since=3", "{'items':[" + second + "],'next':7}");
    check("/v1/items?since=7&limit=10000", "{'items':[],'next':7}");
  }
}

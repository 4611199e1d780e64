package grapevine.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeerActionsTest {
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

  private RunningApi.Reply delete(String path) throws Exception {
    return api.send(api.request(path).DELETE().build());
  }

  private RunningApi.Reply post(String path, String body) throws Exception {
    return api.send(
        api.request(path).POST(BodyPublishers.ofString(body.replace('\'', '"'))).build());
  }

  @Test
  void shouldAddAPlaceAndTellItsAddresses() throws Exception {
    assertThat(post("/v1/peers", "{'address':'known.example:7700'}").text())
        .isEqualTo("{\"addresses\":[\"10.0.0.1:7700\"]}\n");
    assertThat(api.peers.asked).containsExactly("add known.example:7700");
  }

  @Test
  void shouldSayThatNobodyKnowsAName() throws Exception {
    RunningApi.Reply reply = post("/v1/peers", "{'address':'nobody.example:7700'}");
    assertThat(reply.status()).isEqualTo(422);
    assertThat(reply.json().path("error").asText()).isEqualTo("unknown-host");
  }

  @Test
  void shouldDropByWhatItIsCalled() throws Exception {
    assertThat(delete("/v1/peers/p7").text()).isEqualTo("{\"disconnected\":1,\"removed\":false}\n");
    assertThat(delete("/v1/peers/%5B::1%5D:7700").status()).isEqualTo(404);
    assertThat(api.peers.asked).containsExactly("drop p7", "drop [::1]:7700");
  }

  @Test
  void shouldBanForADayOrAsLongAsIsSaid() throws Exception {
    assertThat(post("/v1/bans", "{'who':'10.0.0.1'}").text()).isEqualTo("{\"disconnected\":2}\n");
    assertThat(post("/v1/bans", "{'who':'10.0.0.1','seconds':60}").status()).isEqualTo(200);
    assertThat(api.peers.asked).containsExactly("ban 10.0.0.1 86400", "ban 10.0.0.1 60");
  }

  @Test
  void shouldUnbanAndSayThatThereIsNothingToUnban() throws Exception {
    assertThat(delete("/v1/bans/10.0.0.1").text()).isEqualTo("{\"ended\":1}\n");
    assertThat(delete("/v1/bans/10.0.0.2").status()).isEqualTo(404);
  }

  @Test
  void shouldListBans() throws Exception {
    assertThat(api.get("/v1/bans").text())
        .isEqualTo(
            "[{\"who\":\"10.0.0.1\",\"untilMillis\":61000,\"by\":\"operator\"},"
                + "{\"who\":\"%s\",\"untilMillis\":62000,\"by\":\"misconduct\"}]\n"
                    .formatted(FakeGate.NODE.toHex()));
  }

  @Test
  void shouldTakeNoBodyThatNoActionNeeds() throws Exception {
    String who = "1".repeat(Call.ACTION_BYTES_MAX);
    RunningApi.Reply reply = post("/v1/bans", "{'who':'" + who + "'}");
    assertThat(reply.status()).isEqualTo(413);
    assertThat(reply.json().path("detail").asText()).contains("more than 65536 bytes");
    assertThat(api.peers.asked).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/peers | {'address':'no-port'}             | address | expected host:port",
        "/v1/peers | {'address':7}                     | address | expected a string",
        "/v1/peers | nonsense                          | body    | expected JSON",
        "/v1/peers | ['known:1']                       | body    | expected an object",
        "/v1/peers | {'address':'known:1','for':'ever'} | for    | unknown field, expected address",
        "/v1/bans  | {'who':'10.0.0.1','second':60}    | second  | unknown field, expected who",
        "/v1/bans  | {'who':'me'}                      | who     | expected another",
        "/v1/bans  | {}                                | who     | expected a string",
        "/v1/bans  | {'who':'10.0.0.1','seconds':0}    | seconds | expected a whole number from 1",
        "/v1/bans  | {'who':'10.0.0.1','seconds':1.5}  | seconds | expected a whole number from 1",
        "/v1/bans  | {'who':'10.0.0.1','seconds':1e30} | seconds | expected a whole number from 1",
        "/v1/bans  | {'who':'10.0.0.1','seconds':'1'}  | seconds | expected a whole number from 1"
      })
  void shouldNameWhatIsWrong(String path, String body, String field, String detail)
      throws Exception {
    RunningApi.Reply reply = post(path, body);
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.json().path("field").asText()).isEqualTo(field);
    assertThat(reply.json().path("detail").asText()).startsWith(detail);
  }
}

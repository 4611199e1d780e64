package grapevine.node.api;

import grapevine.crypto.Hash256;
import grapevine.node.metrics.ItemTrace;
import grapevine.node.model.Item;
import grapevine.node.model.ItemId;
import grapevine.node.model.ItemKind;
import grapevine.node.model.Service;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Tells what the node holds and whom it knows. Any thread. */
final class Queries {
  /** Items of one page. */
  private static final int LIMIT_MAX = 10_000;

  private static final int LIMIT_DEFAULT = 1_000;

  private final NodeGate gate;
  private final String network;
  private final String agent;

  /**
   * @param network name of the network
   * @param agent what the node calls itself
   */
  Queries(NodeGate gate, String network, String agent) {
    this.gate = gate;
    this.network = network;
    this.agent = agent;
  }

  /** {@code GET /v1/status} */
  void status(Call call) throws ApiError, IOException, InterruptedException {
    call.query();
    call.answer(200, Json.status(Answers.await(gate.status()), gate.store(), network, agent));
  }

  /** {@code GET /v1/peers} */
  void peers(Call call) throws ApiError, IOException, InterruptedException {
    call.query();
    call.answer(200, Json.array(Answers.await(gate.peers()), Json::peer));
  }

  /** {@code GET /v1/addresses?service=NAME&limit=M}: known nodes, connected or not. */
  void addresses(Call call) throws ApiError, IOException, InterruptedException {
    Map<String, String> query = call.query("service", "limit");
    int limit = (int) Call.number(query, "limit", 1, LIMIT_MAX, LIMIT_DEFAULT);
    String name = query.get("service");
    long services = 0;
    if (name != null) {
      services =
          Service.ofLabel(name)
              .map(Service::bit)
              .orElseThrow(
                  () ->
                      ApiError.malformed(
                          "service",
                          "expected "
                              + Arrays.stream(Service.values())
                                  .map(Service::label)
                                  .collect(Collectors.joining(", "))));
    }
    call.answer(200, Json.array(Answers.await(gate.known(services, limit)), Json::known));
  }

  /** {@code GET /v1/net} */
  void net(Call call) throws ApiError, IOException, InterruptedException {
    call.query();
    call.answer(200, Json.traffic(Answers.await(gate.traffic())));
  }

  /** {@code GET /v1/pool} */
  void pool(Call call) throws ApiError, IOException, InterruptedException {
    call.query();
    call.answer(200, Json.pool(Answers.await(gate.pool())));
  }

  /** {@code GET /v1/tips} */
  void tips(Call call) throws ApiError, IOException, InterruptedException {
    call.query();
    call.answer(200, Json.array(Answers.await(gate.tips()), Json::tip));
  }

  /** {@code GET /v1/digest} */
  void digest(Call call) throws ApiError, IOException, InterruptedException {
    call.query();
    call.answer(200, Json.digest(Answers.await(gate.digest())));
  }

  /** {@code GET /v1/items?since=N&limit=M}: what was stored behind position N. */
  void since(Call call) throws ApiError, IOException, InterruptedException {
    Map<String, String> query = call.query("since", "limit");
    long since = Call.number(query, "since", 0, Long.MAX_VALUE, 0);
    int limit = (int) Call.number(query, "limit", 1, LIMIT_MAX, LIMIT_DEFAULT);
    List<NodeGate.Stored> items = Answers.await(gate.since(since, limit));
    call.answer(200, Json.page(items, items.isEmpty() ? since : items.getLast().position()));
  }

  /** {@code GET /v1/items/{transaction|block}/{hex}}: as JSON, or the bytes if those are wanted. */
  void item(Call call) throws ApiError, IOException, InterruptedException {
    call.query();
    Optional<Item> item = Answers.await(gate.item(id(call)));
    if (item.isEmpty()) {
      throw new ApiError(404, "not-found", "the node does not hold this item");
    }
    if (call.header("Accept").orElse("").contains(Call.BYTES)) {
      call.answer(200, Call.BYTES, item.get().toBytes());
    } else {
      call.answer(200, Json.item(item.get()));
    }
  }

  /** {@code GET /v1/items/{transaction|block}/{hex}/trace} */
  void trace(Call call) throws ApiError, IOException, InterruptedException {
    call.query();
    Optional<ItemTrace> trace = Answers.await(gate.trace(id(call)));
    call.answer(
        200,
        Json.trace(
            trace.orElseThrow(
                () -> new ApiError(404, "not-found", "the node does not remember this item"))));
  }

  private static ItemId id(Call call) throws ApiError {
    for (ItemKind kind : ItemKind.values()) {
      if (kind.label().equals(call.variable("kind"))) {
        return new ItemId(kind, hash(call.variable("id")));
      }
    }
    throw ApiError.malformed("kind", "expected transaction or block");
  }

  private static Hash256 hash(String hex) throws ApiError {
    try {
      return Hash256.fromHex(hex);
    } catch (IllegalArgumentException e) {
      throw ApiError.malformed(
          "id",
          "expected "
              + 2 * Hash256.BYTES
              + " hexadecimal digits, found "
              + hex.length()
              + " characters");
    }
  }
}

package grapevine.node.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import grapevine.node.metrics.Account;
import grapevine.node.metrics.ItemTrace;
import grapevine.node.model.Block;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.Item;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.NodeRecord;
import grapevine.node.model.Rejection;
import grapevine.node.model.Service;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.NodeView;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The API's answers as JSON. Times carry their unit in their name; unknown values are null. */
final class Json {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private Json() {}

  static ObjectNode object() {
    return NODES.objectNode();
  }

  static <T> ArrayNode array(List<T> values, Function<T, JsonNode> json) {
    ArrayNode array = NODES.arrayNode(values.size());
    values.forEach(value -> array.add(json.apply(value)));
    return array;
  }

  static ObjectNode error(ApiError error) {
    ObjectNode json = object().put("error", error.key()).put("detail", error.detail());
    if (error.field() != null) {
      json.put("field", error.field());
    }
    return json;
  }

  static ObjectNode health(List<String> reasons) {
    ObjectNode json = object().put("ready", reasons.isEmpty());
    json.set("reasons", array(reasons, NODES::textNode));
    return json;
  }

  static ObjectNode status(
      NodeView.Status status, NodeGate.StoreState store, String network, String agent) {
    ObjectNode json =
        object()
            .put("nodeId", status.nodeId().toHex())
            .put("network", network)
            .put("networkId", status.networkId().toHex())
            .put("agent", agent)
            .put("uptimeMillis", status.uptimeNanos() / NANOS_PER_MILLI)
            .put("wallMillis", status.wallMillis())
            .put("clockJumpMillis", status.clockJumpMillis());
    json.putObject("best").put("id", status.bestId().toHex()).put("height", status.bestHeight());
    json.put("tips", status.tips());
    json.putObject("pool")
        .put("transactions", status.poolTransactions())
        .put("bytes", status.poolBytes());
    json.putObject("peers")
        .put("inbound", status.peersInbound())
        .put("outbound", status.peersOutbound());
    json.put("addressTable", status.addressTableEntries());
    json.putObject("store")
        .put("position", status.storePosition())
        .put("committed", status.storeCommitted())
        .put("problem", store.problem())
        .put("detail", store.detail())
        .put("diskFreeBytes", store.diskFreeBytes());
    return json;
  }

  static ObjectNode peer(NodeGate.PeerReport report) {
    NodeView.Peer peer = report.peer();
    Account account = report.account();
    ObjectNode json =
        object()
            .put("peer", peer.id().value())
            .put("nodeId", peer.key().toHex())
            .put("direction", peer.direction().label())
            .put("why", peer.why())
            .put("address", peer.remote().toString())
            .put("agent", peer.agent())
            .put("connectedMillis", peer.connectedNanos() / NANOS_PER_MILLI)
            .put("rttMillis", millis(peer.roundTripNanos()))
            .put("rttMinMillis", millis(peer.roundTripMinNanos()))
            .put("inFlight", peer.inFlight())
            .put("queuedBytes", peer.queuedBytes())
            .put("bestHeight", peer.bestHeight())
            .put("sameMinute", peer.sameMinute());
    putAccount(json, account);
    return json;
  }

  private static void putAccount(ObjectNode json, Account account) {
    ObjectNode items = json.putObject("items");
    items
        .put("announced", account.announced())
        .put("requested", account.requested())
        .put("first", account.first())
        .put("duplicates", account.duplicates())
        .put("served", account.served());
    putTraffic(json.putObject("traffic"), account.total());
    ObjectNode types = json.putObject("types");
    account.types().forEach((type, traffic) -> putTraffic(types.putObject(type.label()), traffic));
  }

  private static void putTraffic(ObjectNode json, Account.Traffic traffic) {
    json.put("messagesIn", traffic.messagesIn())
        .put("bytesIn", traffic.bytesIn())
        .put("messagesOut", traffic.messagesOut())
        .put("bytesOut", traffic.bytesOut());
  }

  static ObjectNode traffic(NodeGate.Traffic traffic) {
    ObjectNode json =
        object()
            .put("sinceMillis", traffic.sinceNanos() / NANOS_PER_MILLI)
            .put("socketBytesIn", traffic.socketBytesIn())
            .put("socketBytesOut", traffic.socketBytesOut());
    putAccount(json, traffic.account());
    return json;
  }

  static ObjectNode pool(NodeView.PoolUse pool) {
    OptionalLong expiry = pool.nextExpiryMillis();
    ObjectNode json =
        object()
            .put("transactions", pool.transactions())
            .put("bytes", pool.bytes())
            .put("transactionsMax", pool.transactionsMax())
            .put("bytesMax", pool.bytesMax())
            .put("feeFloor", pool.feeFloor())
            .put("feeMin", pool.feeMin())
            .put("feeMax", pool.feeMax())
            .put("senders", pool.senders())
            .put("conflicts", pool.conflicts())
            .put("nextExpiryMillis", expiry.isPresent() ? (Long) expiry.getAsLong() : null)
            .put("wanted", pool.wanted());
    json.putObject("inFlight")
        .put("transactions", pool.inFlightTransactions())
        .put("blocks", pool.inFlightBlocks());
    return json.put("verifyingBytes", pool.verifyingBytes());
  }

  static ObjectNode trace(ItemTrace trace) {
    ObjectNode json =
        object()
            .put("kind", trace.id().kind().label())
            .put("id", trace.id().hash().toHex())
            .put("wall", Instant.EPOCH.plus(trace.firstWallMicros(), ChronoUnit.MICROS).toString());
    json.set("steps", array(trace.steps(), Json::step));
    return json.put("omitted", trace.omitted());
  }

  private static ObjectNode step(ItemTrace.Step step) {
    ObjectNode json =
        object().put("step", step.kind().label()).put("afterMicros", step.afterNanos() / 1000);
    if (step.peer() != null && step.node() != null) {
      json.put("peer", step.peer().value()).put("nodeId", step.node().toHex());
    }
    if (step.result() != null) {
      json.put("result", step.result());
    }
    String name = step.kind().numberName();
    return name == null ? json : json.put(name, step.number());
  }

  private static @Nullable Double millis(long nanos) {
    return nanos < 0 ? null : nanos / 1e6;
  }

  static ObjectNode addresses(List<NodeAddress> addresses) {
    ObjectNode json = object();
    json.set("addresses", array(addresses, address -> NODES.textNode(address.toString())));
    return json;
  }

  static ObjectNode ban(NodeView.Ban ban) {
    return object()
        .put("who", ban.who().toString())
        .put("untilMillis", ban.endMillis())
        .put("by", ban.byOperator() ? "operator" : "misconduct");
  }

  static ObjectNode known(NodeView.Known known) {
    NodeRecord record = known.record();
    ObjectNode json = object().put("nodeId", record.key().toHex()).put("state", known.liveness());
    json.set("addresses", array(record.addresses(), each -> NODES.textNode(each.toString())));
    json.set(
        "services",
        array(Service.of(record.services()), service -> NODES.textNode(service.label())));
    long agoNanos = known.answeredAgoNanos();
    return json.put("answeredAgoMillis", agoNanos < 0 ? null : (Long) (agoNanos / NANOS_PER_MILLI));
  }

  static ObjectNode tip(NodeView.Tip tip) {
    return object()
        .put("id", tip.id().toHex())
        .put("height", tip.height())
        .put("slot", tip.slot())
        .put("producer", tip.producer())
        .put("best", tip.best());
  }

  static ObjectNode digest(NodeView.SetDigest digest) {
    ObjectNode json = object();
    json.putObject("transactions")
        .put("count", digest.transactions())
        .put("digest", digest.transactionDigest().toHex());
    json.putObject("blocks")
        .put("count", digest.blocks())
        .put("digest", digest.blockDigest().toHex());
    json.put("best", digest.bestId().toHex());
    json.set("tips", array(digest.tips(), tip -> NODES.textNode(tip.toHex())));
    return json;
  }

  static ObjectNode page(List<NodeGate.Stored> items, long next) {
    ObjectNode json = object();
    json.set(
        "items",
        array(
            items,
            each ->
                object()
                    .put("position", each.position())
                    .put("kind", each.id().kind().label())
                    .put("id", each.id().hash().toHex())));
    return json.put("next", next);
  }

  /** The fields of an item, and all of it as {@code hex}. */
  static ObjectNode item(Item item) {
    ObjectNode json =
        object()
            .put("kind", item.id().kind().label())
            .put("id", item.id().hash().toHex())
            .put("bytes", item.sizeBytes());
    switch (item) {
      case Transaction transaction -> putTransaction(json, transaction);
      case Block block -> putBlock(json, block);
    }
    return json.put("hex", HexFormat.of().formatHex(item.toBytes()));
  }

  private static void putTransaction(ObjectNode json, Transaction transaction) {
    json.put("networkShortId", hex(transaction.networkShortId()))
        .put("sender", transaction.sender().toHex())
        .put("nonce", transaction.nonce())
        .put("timeMillis", transaction.timeMillis())
        .put("lifetimeSeconds", transaction.lifetimeSeconds())
        .put("expiryMillis", transaction.expiryMillis())
        .put("fee", transaction.fee())
        .put("stamp", hex(transaction.stamp()))
        .put("payload", HexFormat.of().formatHex(transaction.payload()))
        .put("signature", transaction.signature().toHex());
  }

  private static void putBlock(ObjectNode json, Block block) {
    BlockHeader header = block.header();
    json.put("networkShortId", hex(header.networkShortId()))
        .put("parent", header.parent().toHex())
        .put("height", header.height())
        .put("slot", header.slot())
        .put("timeMillis", header.timeMillis())
        .put("transactionCount", header.transactionCount())
        .put("bodyBytes", header.bodyBytes())
        .put("transactionRoot", header.transactionRoot().toHex())
        .put("producer", header.producer())
        .put("extensionRoot", header.extensionRoot().toHex())
        .put("signature", header.signature().toHex());
    json.set(
        "transactions", array(block.transactions(), each -> NODES.textNode(each.hash().toHex())));
  }

  /** All 64 bits: JSON's numbers are signed, and many readers keep only 53 bits of them. */
  private static String hex(long bits) {
    return HexFormat.of().toHexDigits(bits);
  }

  /** What became of a submission: held, or why not. */
  static ObjectNode submission(NodeView.Submission submission) {
    Rejection reason = submission.rejection();
    ObjectNode json = object();
    if (reason != null) {
      json.put("error", reason.key());
    }
    json.put("id", submission.id().hash().toHex());
    return reason == null
        ? json.put("known", submission.known())
        : json.put("detail", sentence(reason));
  }

  private static String sentence(Rejection reason) {
    return switch (reason) {
      case WRONG_NETWORK -> "it is signed for another network";
      case UNKNOWN_SENDER -> "its sender is not listed in this network";
      case BAD_NONCE -> "its nonce is not one of the sender's for the minute of its time";
      case BAD_LIFETIME -> "its lifetime is zero or longer than this network allows";
      case BAD_STAMP -> "its stamp has not the leading zero bits that this network asks for";
      case BAD_SIGNATURE -> "its signature does not hold";
      case BAD_PUBLIC_KEY -> "its sender is not the encoding of a public key";
      case BAD_HEADER -> "its header breaks a rule of this network";
      case BAD_MERKLE -> "its transactions are not those of its header";
      case BAD_BODY -> "a transaction of its body breaks a rule of this network";
      case MALFORMED -> "its bytes are not the encoding of anything";
      case TOO_LARGE -> "it is larger than this network allows";
      case EXPIRED -> "its lifetime is over by the node's clock";
      case FUTURE -> "its time lies too far ahead of the node's clock";
      case CONFLICT -> "another transaction of this sender and nonce is known";
      case POOL_FULL -> "the pool is full, and its fee and age do not earn it a place";
      case FEE_FLOOR -> "its fee lies below what the pool takes at present";
      case ORPHAN -> "its parent is not known";
      case EQUIVOCATION -> "its producer has signed another block of this slot";
      case BELOW_HORIZON -> "it lies too deep below the best tip";
      case STORAGE_FULL -> "the disk or the store's map is full";
      case BUSY -> "the node has too much to check; try again";
    };
  }
}

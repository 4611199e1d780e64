package grapevine.netlab.local;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What a node holds, told so briefly that nodes can be compared.
 *
 * @param best id of the best tip
 * @param tips ids of all tips, ascending
 */
record Digest(
    long transactions,
    String transactionDigest,
    long blocks,
    String blockDigest,
    String best,
    List<String> tips) {
  Digest {
    tips = tips.stream().sorted().toList();
  }

  static Digest of(JsonNode json) {
    List<String> tips = new ArrayList<>();
    json.path("tips").forEach(tip -> tips.add(tip.asText()));
    return new Digest(
        json.path("transactions").path("count").asLong(),
        json.path("transactions").path("digest").asText(),
        json.path("blocks").path("count").asLong(),
        json.path("blocks").path("digest").asText(),
        json.path("best").asText(),
        tips);
  }

  /** Where this one differs from another, in words; empty when it does not. */
  String difference(Digest other) {
    List<String> words = new ArrayList<>();
    if (!transactionDigest.equals(other.transactionDigest)) {
      words.add(transactions + " transactions against " + other.transactions);
    }
    if (!blockDigest.equals(other.blockDigest)) {
      words.add(blocks + " blocks against " + other.blocks);
    }
    if (!best.equals(other.best)) {
      words.add("best tip " + brief(best) + " against " + brief(other.best));
    }
    if (!tips.equals(other.tips)) {
      words.add(tips.size() + " tips against " + other.tips.size());
    }
    return String.join(", ", words);
  }

  private static String brief(String id) {
    return id.length() <= 12 ? id : id.substring(0, 12);
  }
}

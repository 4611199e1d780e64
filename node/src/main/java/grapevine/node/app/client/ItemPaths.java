package grapevine.node.app.client;

import com.fasterxml.jackson.databind.JsonNode;
import grapevine.node.api.ApiClient;
import java.io.IOException;
import java.util.Optional;

/** Where the API has what concerns one item, whose kind the one who asks does not know. */
final class ItemPaths {
  private static final int NOT_FOUND = 404;

  private ItemPaths() {}

  /**
   * The first answer of either kind, if there is one.
   *
   * @param more what follows the id in the path
   */
  static Optional<JsonNode> find(ApiClient client, String hash, String more)
      throws IOException, InterruptedException {
    for (String kind : new String[] {"transaction", "block"}) {
      try {
        return Optional.of(client.get("/v1/items/" + kind + "/" + ApiClient.segment(hash) + more));
      } catch (ApiClient.RefusedException e) {
        if (e.status() != NOT_FOUND) {
          throw e;
        }
      }
    }
    return Optional.empty();
  }
}

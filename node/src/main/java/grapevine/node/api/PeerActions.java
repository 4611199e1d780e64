package grapevine.node.api;

import com.fasterxml.jackson.databind.JsonNode;
import grapevine.node.model.NodeAddress;
import java.io.IOException;
import java.util.List;

/** What an operator does about peers. Any thread. */
final class PeerActions {
  private static final long BAN_SECONDS_DEFAULT = 86_400;

  /** Ten years. */
  private static final long BAN_SECONDS_MAX = 315_360_000;

  private final PeerControl control;

  PeerActions(PeerControl control) {
    this.control = control;
  }

  /** What is asked of the control. */
  private interface Question<T> {
    T ask() throws ApiError, InterruptedException;
  }

  /** The answer, when what it finds wrong is the caller's {@code field}. */
  private static <T> T answer(String field, Question<T> question)
      throws ApiError, InterruptedException {
    try {
      return question.ask();
    } catch (IllegalArgumentException e) {
      throw ApiError.malformed(field, String.valueOf(e.getMessage()));
    }
  }

  private static String text(JsonNode body, String field) throws ApiError {
    JsonNode value = body.path(field);
    if (!value.isTextual()) {
      throw ApiError.malformed(field, "expected a string");
    }
    return value.asText();
  }

  /** {@code POST /v1/peers}: a body {@code {"address": "host:port"}}. */
  void add(Call call) throws ApiError, IOException, InterruptedException {
    call.query();
    String place = text(call.json("address"), "address");
    List<NodeAddress> addresses = answer("address", () -> control.add(place));
    if (addresses.isEmpty()) {
      throw new ApiError(422, "unknown-host", "nobody knows this name", "address");
    }
    call.answer(200, Json.addresses(addresses));
  }

  /** {@code DELETE /v1/peers/{peer}} */
  void drop(Call call) throws ApiError, IOException, InterruptedException {
    call.query();
    PeerControl.Dropped dropped =
        answer("peer", () -> Answers.await(control.drop(call.variable("peer"))));
    if (dropped.disconnected() == 0 && !dropped.removed()) {
      throw new ApiError(404, "not-found", "there is no such peer");
    }
    call.answer(
        200,
        Json.object()
            .put("disconnected", dropped.disconnected())
            .put("removed", dropped.removed()));
  }

  /** {@code GET /v1/bans} */
  void bans(Call call) throws ApiError, IOException, InterruptedException {
    call.query();
    call.answer(200, Json.array(Answers.await(control.bans()), Json::ban));
  }

  /** {@code POST /v1/bans}: a body {@code {"who": "...", "seconds": 3600}}. */
  void ban(Call call) throws ApiError, IOException, InterruptedException {
    call.query();
    JsonNode body = call.json("who", "seconds");
    String who = text(body, "who");
    JsonNode seconds = body.path("seconds");
    boolean within =
        seconds.canConvertToLong() && seconds.asLong() >= 1 && seconds.asLong() <= BAN_SECONDS_MAX;
    if (!seconds.isMissingNode() && !(seconds.isIntegralNumber() && within)) {
      throw ApiError.malformed("seconds", "expected a whole number from 1 to " + BAN_SECONDS_MAX);
    }
    long lasting = seconds.asLong(BAN_SECONDS_DEFAULT);
    int disconnected = answer("who", () -> Answers.await(control.ban(who, lasting)));
    call.answer(200, Json.object().put("disconnected", disconnected));
  }

  /** {@code DELETE /v1/bans/{who}} */
  void unban(Call call) throws ApiError, IOException, InterruptedException {
    call.query();
    int ended = answer("who", () -> Answers.await(control.unban(call.variable("who"))));
    if (ended == 0) {
      throw new ApiError(404, "not-found", "there is no such ban");
    }
    call.answer(200, Json.object().put("ended", ended));
  }
}

package grapevine.node.app.run;

import grapevine.crypto.PublicKey;
import grapevine.node.protocol.NodeView;
import grapevine.node.protocol.port.BanSubject;
import grapevine.node.storage.DurableFile;
import grapevine.node.transport.Addresses;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The operator's bans, for the next start. Any thread, one at a time. Replaced whole; one ban a
 * line, {@code node KEY until TIME} or {@code host IP until TIME}, with the time in ISO 8601.
 */
final class BanFile {
  private static final Pattern LINE = Pattern.compile("(?:node|host) (\\S+) until (\\S+)");

  /** Of either case, as wherever an id is asked for. */
  static final Pattern KEY = Pattern.compile("[0-9A-Fa-f]{64}");

  /** As many bans as the core takes need an eighth of it. */
  private static final int BYTES_MAX = 1 << 20;

  private final Path path;

  BanFile(Path path) {
    this.path = path;
  }

  void save(List<NodeView.Ban> bans) throws IOException {
    StringBuilder text = new StringBuilder();
    for (NodeView.Ban ban : bans) {
      String kind = ban.who() instanceof BanSubject.Node ? "node" : "host";
      text.append(kind).append(' ').append(ban.who()).append(" until ");
      text.append(Instant.ofEpochMilli(ban.endMillis())).append('\n');
    }
    DurableFile.replace(path, text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * What was saved; no file is no problem.
   *
   * @param problem the first line that is no ban; the others count
   */
  record Loaded(List<NodeView.Ban> bans, Optional<String> problem) {}

  /**
   * Reads what was saved.
   *
   * @throws IOException naming the file, when it cannot be read: without it they would all be let
   *     in
   */
  Loaded load() throws IOException {
    List<NodeView.Ban> bans = new ArrayList<>();
    Optional<String> problem = Optional.empty();
    int number = 0;
    for (String line : lines()) {
      number++;
      Optional<NodeView.Ban> ban = parse(line);
      ban.ifPresent(bans::add);
      if (ban.isEmpty() && problem.isEmpty()) {
        problem = Optional.of(path + ":" + number + ": no ban, passed over");
      }
    }
    return new Loaded(List.copyOf(bans), problem);
  }

  private List<String> lines() throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(BYTES_MAX + 1);
      if (bytes.length > BYTES_MAX) {
        throw new IOException("more than " + BYTES_MAX + " bytes");
      }
      return new String(bytes, StandardCharsets.UTF_8).lines().toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new IOException("bans file %s: cannot be read: %s".formatted(path, e), e);
    }
  }

  private static Optional<NodeView.Ban> parse(String line) {
    Matcher form = LINE.matcher(line);
    if (!form.matches()) {
      return Optional.empty();
    }
    try {
      BanSubject who = subject(form.group(1));
      return Optional.of(new NodeView.Ban(who, Instant.parse(form.group(2)).toEpochMilli(), true));
    } catch (DateTimeException | ArithmeticException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Whom a text names: a node's key in hexadecimal, or an IP address.
   *
   * @throws IllegalArgumentException saying what was expected
   */
  static BanSubject subject(String text) {
    if (KEY.matcher(text).matches()) {
      return new BanSubject.Node(PublicKey.fromHex(text));
    }
    try {
      return new BanSubject.Host(Addresses.literal(text));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "a node's id of 64 hexadecimal digits, or an IP address", e);
    }
  }
}

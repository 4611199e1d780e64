package grapevine.node.app.client;

import grapevine.node.api.ApiClient;
import grapevine.node.api.Token;
import grapevine.node.app.config.DataFiles;
import grapevine.node.app.config.HostPort;
import grapevine.node.app.config.NodeOption;
import grapevine.node.app.console.CommandException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options by which a client finds a node's API and its token. */
public final class ApiAccess {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Data directory of the running node (or GRAPEVINE_DATA).")
  private @Nullable Path data;

  @Option(
      names = "--api",
      paramLabel = "URL",
      description = "Where the node's API is, such as http://127.0.0.1:7701, instead of --data.")
  private @Nullable URI api;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "The file that holds the API's token (or GRAPEVINE_TOKEN_FILE); needed with --api.")
  private @Nullable Path tokenFile;

  /**
   * @throws CommandException when the options do not lead to a node, or it does not run
   */
  public ApiClient open(Map<String, String> environment) throws IOException {
    Optional<Path> named = named(tokenFile, environment);
    if (api != null) {
      if (named.isEmpty()) {
        throw CommandException.usage("--api needs --token-file FILE");
      }
      if (api.getHost() == null || !"http".equals(api.getScheme())) {
        throw CommandException.usage(
            "--api: found \"" + api + "\", expected a URL such as http://127.0.0.1:7701");
      }
      return new ApiClient(api, token(named.get()));
    }
    DataFiles files = new DataFiles(data(data, environment));
    URI address = URI.create("http://" + address(files));
    return new ApiClient(address, token(named.orElse(files.token())));
  }

  /** As a node reads the setting of this name. */
  private static Optional<Path> named(@Nullable Path option, Map<String, String> environment) {
    String variable = environment.get(NodeOption.TOKEN_FILE.variable());
    return option == null ? Optional.ofNullable(variable).map(Path::of) : Optional.of(option);
  }

  /** The data directory that was named, by option or by GRAPEVINE_DATA. */
  public static Path data(@Nullable Path option, Map<String, String> environment) {
    String variable = environment.get(NodeOption.DATA.variable());
    if (option != null) {
      return option;
    }
    if (variable == null || variable.isEmpty()) {
      throw CommandException.usage(
          "give --data DIR, or set " + NodeOption.DATA.variable() + " to it");
    }
    return Path.of(variable);
  }

  private static String address(DataFiles files) throws IOException {
    try {
      return HostPort.parse(Files.readString(files.api()).strip(), 1).toString();
    } catch (NoSuchFileException e) {
      throw CommandException.runtime(
          "no node runs on %s: it has no file %s"
              .formatted(files.root(), files.api().getFileName()));
    } catch (IllegalArgumentException e) {
      throw CommandException.runtime(files.api() + ": expected " + e.getMessage());
    }
  }

  private static Token token(Path file) throws IOException {
    try {
      return Token.read(file);
    } catch (NoSuchFileException e) {
      throw CommandException.usage("there is no token file " + file);
    }
  }
}

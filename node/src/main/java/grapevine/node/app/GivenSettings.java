package grapevine.node.app;

import grapevine.node.app.config.ConfigReader;
import grapevine.node.app.config.NodeOption;
import grapevine.node.app.config.TomlFile;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The settings of a node as options of a command: one for each {@link NodeOption}, and a file. */
final class GivenSettings {
  private static final String CONFIG = "--config";
  private static final String CONFIG_VARIABLE = "GRAPEVINE_CONFIG";

  private GivenSettings() {}

  /** Gives a command the options. */
  static CommandLine addTo(CommandLine command) {
    command
        .getCommandSpec()
        .addOption(
            OptionSpec.builder(CONFIG)
                .paramLabel("FILE")
                .description(
                    "TOML file with the settings below, named without dashes (or "
                        + CONFIG_VARIABLE
                        + ").")
                .type(Path.class)
                .build());
    for (NodeOption option : NodeOption.values()) {
      String otherwise = option.defaultValue();
      String description =
          option.description() + (otherwise == null ? "" : " Default: " + otherwise + ".");
      command
          .getCommandSpec()
          .addOption(
              OptionSpec.builder(option.flag())
                  .paramLabel(option.valueLabel())
                  .description(description)
                  .type(List.class)
                  .auxiliaryTypes(String.class)
                  .build());
    }
    return command;
  }

  /**
   * What the parsed command line, the environment and the file amount to.
   *
   * @throws grapevine.node.app.console.CommandException when the file cannot be read as settings
   */
  static ConfigReader reader(ParseResult parsed, Map<String, String> environment) {
    Map<NodeOption, List<String>> given = new EnumMap<>(NodeOption.class);
    for (NodeOption option : NodeOption.values()) {
      if (parsed.hasMatchedOption(option.flag())) {
        given.put(option, parsed.matchedOptionValue(option.flag(), List.of()));
      }
    }
    String variable = environment.get(CONFIG_VARIABLE);
    @Nullable Path otherwise = variable == null ? null : Path.of(variable);
    @Nullable Path path = parsed.matchedOptionValue(CONFIG, otherwise);
    return new ConfigReader(given, environment, path == null ? null : TomlFile.read(path));
  }
}

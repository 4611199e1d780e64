package grapevine.node.app.console;

/** For whom a command prints; lower case, because it is typed. */
public enum OutputFormat {
  text,
  json
}

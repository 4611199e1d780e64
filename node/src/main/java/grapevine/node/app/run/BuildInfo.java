package grapevine.node.app.run;

import grapevine.node.protocol.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.util.jar.Attributes;
import java.util.jar.Manifest;

/**
 * What was built, as the program's jar says.
 *
 * @param version {@code development} outside a jar
 * @param commit {@code unknown} where the build knew none
 * @param built when, in UTC; {@code unknown} where the build was not told
 */
public record BuildInfo(String version, String commit, String built) {
  private static final String UNKNOWN = "unknown";
  private static final String DEVELOPMENT = "development";

  public static final BuildInfo CURRENT = read();

  private static BuildInfo read() {
    URL self = BuildInfo.class.getResource("BuildInfo.class");
    String place = self == null ? "" : self.toString();
    int inJar = place.indexOf("!/");
    if (inJar < 0) {
      return inDevelopment();
    }
    URI manifest = URI.create(place.substring(0, inJar) + "!/META-INF/MANIFEST.MF");
    try (var in = manifest.toURL().openStream()) {
      Attributes attributes = new Manifest(in).getMainAttributes();
      return new BuildInfo(
          value(attributes, "Implementation-Version", DEVELOPMENT),
          value(attributes, "Build-Commit", UNKNOWN),
          value(attributes, "Build-Time", UNKNOWN));
    } catch (IOException e) {
      return inDevelopment();
    }
  }

  private static BuildInfo inDevelopment() {
    return new BuildInfo(DEVELOPMENT, UNKNOWN, UNKNOWN);
  }

  private static String value(Attributes attributes, String name, String otherwise) {
    String value = attributes.getValue(name);
    return value == null ? otherwise : value;
  }

  /** What a node calls itself to its peers. */
  public String agent() {
    return "grapevine/" + version;
  }

  public int protocol() {
    return Settings.VERSION;
  }
}

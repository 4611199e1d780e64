package grapevine.netlab.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NodeProgramTest {
  private final NodeProgram program =
      new NodeProgram(List.of("java", "@options", "-Xint"), List.of("-jar", "node.jar"));

  @Test
  void shouldLetOptionsWinThatComeLater() {
    assertThat(program.withOptions(List.of("-Xmx1g")).command(List.of("node")))
        .containsExactly("java", "@options", "-Xint", "-Xmx1g", "-jar", "node.jar", "node");
  }

  @Test
  void shouldCompileLittleInACrowdUnlessTheUserSaysOtherwise() {
    assertThat(program.inCrowdOf(16, 2)).isEqualTo(program);
    assertThat(program.inCrowdOf(17, 2).java())
        .startsWith("java", "-XX:TieredStopAtLevel=1")
        .endsWith("@options", "-Xint");
  }
}

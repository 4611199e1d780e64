package grapevine.netlab.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.netlab.report.figures.HandMadeFacts;
import grapevine.netlab.report.figures.HandMadeTrace;
import grapevine.netlab.report.figures.PredictedCurve;
import grapevine.netlab.report.figures.PropagationReport;
import grapevine.netlab.report.figures.Summary;
import grapevine.netlab.trace.CostCounter;
import grapevine.netlab.trace.Trace;
import java.io.StringReader;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class ReportPageTest {
  private static final Pattern SVG = Pattern.compile("<svg.*?</svg>", Pattern.DOTALL);

  @Test
  void shouldNeedNothingBesidesItself() {
    String html = html(summary("announce"), List.of());
    assertThat(html).doesNotContain("<script", "<link", "<img", "http:", "https:", "@import");
    assertThat(html.replace("url(#hatch)", "")).doesNotContain("url(");
  }

  @Test
  void shouldBeginWithTheVerdictInWords() {
    String html = html(summary("announce"), List.of());
    assertThat(html.indexOf("✗ Failed"))
        .isPositive()
        .isLessThan(html.indexOf("<table"))
        .isLessThan(html.indexOf("<svg"));
    assertThat(ReportPage.html(summary("announce"), HandMadeFacts.PASSED, List.of()))
        .contains("✓ Passed", "All nodes hold the same.");
  }

  @Test
  void shouldTellHowToRepeatItAndWhatItRestsOn() {
    assertThat(html(summary("announce"), List.of()))
        .contains(
            "scripts/netlab demo --seed 7", "abc123", "0123abcd", "a pair", "2 events were lost")
        .contains("nodes = 2 # &lt;few&gt; &amp; &quot;small&quot;");
  }

  @Test
  void shouldDrawOneLineForEachStrategyWithItsOwnDashes() {
    String html = html(summary("announce", "flood"), List.of());
    assertThat(html.split("<polyline class=\"line", -1)).hasSize(3);
    assertThat(html.split("<polygon class=\"band", -1)).hasSize(3);
    assertThat(html).contains("stroke-dasharray=\"\"", "stroke-dasharray=\"9 5\"");
  }

  @Test
  void shouldDrawWhatAModelPredictsBesideItsStrategy() {
    PredictedCurve prediction =
        new PredictedCurve(
            "flood",
            "transaction",
            "logistic <SI>",
            "3 % of the nodes",
            List.of(new PredictedCurve.Point(0, 0.25), new PredictedCurve.Point(20, 1)));
    assertThat(html(summary("announce", "flood"), List.of(prediction)))
        .contains("<polyline class=\"theory s1\"")
        .contains("theory for flood: logistic &lt;SI&gt;, residual 3 % of the nodes");
    assertThat(html(summary("announce"), List.of(prediction)))
        .doesNotContain("<polyline class=\"t");
  }

  @Test
  void shouldDrawWellFormedPictures() throws Exception {
    Matcher pictures = SVG.matcher(html(summary("announce", "flood"), List.of()));
    int count = 0;
    while (pictures.find()) {
      DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader(pictures.group())));
      count++;
    }
    // Coverage with two samples in its legend, delays, hops and costs.
    assertThat(count).isEqualTo(6);
  }

  @Test
  void shouldStackAllBytesOfANode() {
    assertThat(html(summary("announce"), List.of()))
        .contains("1. <b>inv</b> 100 B")
        .contains("<b>tx</b> 500 B")
        .contains("<b>records and handshakes</b> 400 B");
  }

  @Test
  void shouldHaveNoPicturesOfNothing() {
    HandMadeTrace hand = new HandMadeTrace(2);
    String html = html(Summary.over(List.of(hand.report())), List.of());
    assertThat(html).doesNotContain("<svg", "NaN", "Infinity");
  }

  @Test
  void shouldNameWhatIsMissingWhere() {
    HandMadeTrace hand = new HandMadeTrace(3);
    hand.transactionHeldBy(List.of(0, 2), 0, 0, Trace.NEVER, 5);
    assertThat(html(Summary.over(List.of(hand.report())), List.of()))
        .contains("transaction:00000000", "is missing on one node: 1")
        .doesNotContain("NaN", "Infinity");
  }

  private static String html(Summary summary, List<PredictedCurve> predictions) {
    return ReportPage.html(summary, HandMadeFacts.FAILED, predictions);
  }

  private static Summary summary(String... relays) {
    return Summary.over(Arrays.stream(relays).map(ReportPageTest::run).toList());
  }

  private static PropagationReport run(String relay) {
    HandMadeTrace hand = new HandMadeTrace(4);
    hand.handedOn(10, Trace.OWN, 0, 0, 1);
    CostCounter counter = new CostCounter();
    counter.addSent("inv", 2, 100);
    counter.addSent("tx", 1, 500);
    counter.addSocketBytes(1_000, 0);
    for (int node = 0; node < 4; node++) {
      hand.costs(node, counter.snapshot());
    }
    return hand.report(relay);
  }
}

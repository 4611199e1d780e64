package grapevine.netlab.sim;

import grapevine.crypto.Ed25519;
import grapevine.crypto.Signature;
import grapevine.node.model.SignatureCheck;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Checks each distinct signature once per run, whatever number of nodes asks; every node is charged
 * the time of its own check. Confined to one thread; its size is that of all that a run signs.
 */
final class Verdicts {
  private record Known(SignatureCheck check, boolean valid) {}

  private final Map<Signature, Known> known = new HashMap<>(); // never iterated

  /** The index of the first check that fails, -1 when all hold. */
  int firstInvalid(List<SignatureCheck> checks) {
    for (int i = 0; i < checks.size(); i++) {
      if (!holds(checks.get(i))) {
        return i;
      }
    }
    return -1;
  }

  /** The lab made this signature itself, so it need not be checked. */
  void vouch(SignatureCheck check) {
    known.put(check.signature(), new Known(check, true));
  }

  private boolean holds(SignatureCheck check) {
    Known before = known.get(check.signature());
    if (before != null && isSame(before.check, check)) {
      return before.valid;
    }
    boolean valid = Ed25519.verify(check.key(), check.message(), check.signature());
    if (before == null) {
      known.put(check.signature(), new Known(check, valid));
    }
    return valid;
  }

  private static boolean isSame(SignatureCheck a, SignatureCheck b) {
    return a.key().equals(b.key()) && Arrays.equals(a.message(), b.message());
  }
}

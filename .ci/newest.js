// The tests that need no thread, process or socket, on the newest Python that npm has: Pyodide's,
// in WebAssembly. Argument: the folder in whose node_modules it is.
"use strict";
const path = require("path");
const { loadPyodide } = require(path.join(process.argv[2], "node_modules", "pyodide"));
// Left out are tests that start processes or threads, measure time or recurse deeper than
// WebAssembly can.
const TESTS = `
import sys, unittest
sys.path.insert(0, "/project")
import test_livewidget
CLASSES = ("TextMerging", "CheckedArguments", "HttpMessages", "WebSocketMessages", "Pacing", "Wire",
           "StateLogProperties", "Shipped", "Templates", "WholeSessions",
           "Types.test_get_type_hints_works_on_every_public_function")
LEFT_OUT = ("digest_is", "digest_of", "cannot_travel", "own_way", "costs_no_more", "any_step",
            "while_it_is_read")
def elsewhere(self, functions):
    packed, _ = test_livewidget.lw.pack_functions(functions)
    return [repr(function()) for function in test_livewidget.lw.unpack_functions(packed)]
test_livewidget.Shipped.answer_elsewhere = elsewhere
groups = unittest.defaultTestLoader.loadTestsFromNames(CLASSES, test_livewidget)
tests = [test for group in groups for test in group
         if not any(name in test.id() for name in LEFT_OUT)]
outcome = unittest.TextTestRunner(sys.stdout, verbosity=1).run(unittest.TestSuite(tests))
print(f"Python {sys.version.split()[0]}: {outcome.testsRun} tests")
outcome.wasSuccessful() and outcome.testsRun > 80
`;
(async () => {
    const python = await loadPyodide();
    python.FS.mkdir("/project");
    python.FS.mount(python.FS.filesystems.NODEFS, { root: path.dirname(__dirname) }, "/project");
    process.exit(await python.runPythonAsync(TESTS) ? 0 : 1);
})().catch(error => { console.log(error.message); process.exit(1); });

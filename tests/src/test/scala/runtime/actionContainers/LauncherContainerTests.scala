package runtime.actionContainers

import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.{Files, Path, Paths}

import actionContainers.{ActionContainer, BasicActionRunnerTests}
import actionContainers.ActionContainer.withContainer
import common.WskActorSystem

/**
 * The action interface as OpenWhisk's own harness asks for it, with the samples of languages/NAME/conformance.
 *
 * @param language the name of the language, and of its image
 * @param ending of its samples, with the dot; empty for executables
 * @param mains entry points that are not `main`, by sample
 * @param isOneShot whether an action prints its result, so that it is among the logs where it is no object
 * @param hasStub whether the image answers before there is code
 */
abstract class LauncherContainerTests(language: String,
                                      ending: String,
                                      mains: Map[String, String],
                                      isOneShot: Boolean = false,
                                      hasStub: Boolean = false)
    extends BasicActionRunnerTests
    with WskActorSystem {

  private val root = Option(System.getProperty("launcher.root")).getOrElse("..")

  override def withActionContainer(env: Map[String, String] = Map.empty)(
    code: ActionContainer => Unit): (String, String) =
    withContainer(s"polyglot-launcher-$language", env)(code)

  override val testNoSourceOrExec = TestConfig("", hasCodeStub = hasStub)
  override val testNotReturningJson = sample("text", enforceEmptyOutputStream = !isOneShot)
  override val testInitCannotBeCalledMoreThanOnce = sample("silent")
  override val testEntryPointOtherThanMain = sample("niam")
  override val testEcho = sample("echo")
  override val testUnicode = sample("snowman")
  override val testLargeInput = sample("silent")
  override val testEnv = TestConfig(read(Paths.get(root, "tests", "dat", "actions", "context", language + ending)))

  private def sample(name: String, enforceEmptyOutputStream: Boolean = true): TestConfig =
    TestConfig(
      read(Paths.get(root, "languages", language, "conformance", name + ending)),
      main = mains.getOrElse(name, "main"),
      enforceEmptyOutputStream = enforceEmptyOutputStream)

  private def read(path: Path): String = new String(Files.readAllBytes(path), UTF_8)
}

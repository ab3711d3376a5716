using Aloft.Sandbox;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Aloft.Tests.Sandbox;

/// <summary>Which technology a class tests its suite on.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OnIsolationAttribute(Isolation isolation) : Attribute
{
    public Isolation Isolation { get; } = isolation;
}

/// <summary>
/// A test that needs the technology of its class (see <see cref="OnIsolationAttribute"/>). Where that cannot run at all, for want of
/// privilege or of a program, the test is skipped and says what is missing; where it can run, a driver that does not start is a failure.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Aloft.Tests.Sandbox.SandboxFactDiscoverer", "Aloft.Tests")]
public sealed class SandboxFactAttribute : FactAttribute;

public sealed class SandboxFactDiscoverer(IMessageSink diagnostics) : FactDiscoverer(diagnostics)
{
    protected override IXunitTestCase CreateTestCase(ITestFrameworkDiscoveryOptions options, ITestMethod method, IAttributeInfo fact)
    {
        var on = method.TestClass.Class.GetCustomAttributes(typeof(OnIsolationAttribute)).Single();
        var isolation = (Isolation)on.GetConstructorArguments().Single();
        var display = options.MethodDisplayOrDefault();
        return Missing(isolation) is { } missing
            ? new SkippedTestCase(missing, DiagnosticMessageSink, display, options.MethodDisplayOptionsOrDefault(), method)
            : new XunitTestCase(DiagnosticMessageSink, display, options.MethodDisplayOptionsOrDefault(), method);
    }

    /// <returns>What a person must do to have these tests run; null when they run.</returns>
    private static string? Missing(Isolation isolation)
    {
        string[] programs = isolation switch
        {
            Isolation.Container => ["crun", "runc"],
            Isolation.Gvisor => ["runsc"],
            _ => [],
        };
        if (programs.Length == 0) return null;
        if (!Environment.IsPrivilegedProcess) return $"NOT TESTED: isolation '{isolation}' needs root. Run the tests as root.";
        return programs.Any(program => File.Exists($"/usr/bin/{program}") || File.Exists($"/usr/sbin/{program}"))
            ? null
            : $"NOT TESTED: isolation '{isolation}' needs a program. Run: apt-get install {programs[0]}";
    }
}

public sealed class SkippedTestCase : XunitTestCase
{
    private string reason = "";

    [Obsolete("For the deserialiser alone.")]
    public SkippedTestCase()
    {
    }

    public SkippedTestCase(
        string reason, IMessageSink diagnostics, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method)
        : base(diagnostics, display, options, method) => this.reason = reason;

    protected override string GetSkipReason(IAttributeInfo factAttribute) => reason;

    protected override void Initialize()
    {
        base.Initialize();
        SkipReason = reason;
    }

    public override void Serialize(IXunitSerializationInfo data)
    {
        base.Serialize(data);
        data.AddValue(nameof(reason), reason);
    }

    public override void Deserialize(IXunitSerializationInfo data)
    {
        reason = data.GetValue<string>(nameof(reason));
        base.Deserialize(data);
    }
}

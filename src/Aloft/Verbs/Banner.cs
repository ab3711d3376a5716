using System.Text.Json.Nodes;
using Aloft.Client;
using Aloft.Logging;
using Aloft.Platform.Functions.Standby;
using Aloft.Sandbox;
using Aloft.Terminal;
using Microsoft.Extensions.Logging;

namespace Aloft.Verbs;

/// <summary>What <c>up</c> says when the node is ready.</summary>
internal sealed class Banner(Surroundings around)
{
    readonly Screen screen = new(around);

    /// <summary>For people.</summary>
    public void Write(NodeFacts facts)
    {
        var endpoint = Address(facts);
        screen.Line($"{screen.Bold($"Aloft {VersionVerb.OfAloft}")} is ready at {screen.Bold(endpoint)}");
        screen.Line();
        screen.Line($"  isolation   {facts.Isolation.ToString().ToLowerInvariant()}: {facts.IsolationReason}");
        screen.Line($"  runtimes    {Runtimes(facts.Runtimes)}");
        screen.Line($"  data        {facts.DataFolder}");
        screen.Line($"  database    {facts.Database}");
        screen.Line();
        if (facts.Isolation == Isolation.Process)
        {
            screen.Line(screen.Bad("  WARNING: functions run as plain processes of this user, without any isolation. Run only code that you trust."));
            screen.Line("  `aloft doctor` tells what containers need here.");
            screen.Line();
        }
        WriteExports(facts);
    }

    /// <summary>A block to paste into a shell.</summary>
    public void WriteExports(NodeFacts facts)
    {
        screen.Line("Point any AWS client at it:");
        screen.Line();
        screen.Line($"export AWS_ENDPOINT_URL={Address(facts)}");
        screen.Line($"export AWS_ACCESS_KEY_ID={ForShell(facts.Root?.AccessKeyId ?? ClientSettings.DefaultKey)}");
        screen.Line($"export AWS_SECRET_ACCESS_KEY={ForShell(facts.Root?.SecretAccessKey ?? ClientSettings.DefaultKey)}");
        screen.Line($"export AWS_REGION={ClientSettings.DefaultRegion} AWS_DEFAULT_REGION={ClientSettings.DefaultRegion}");
        screen.Line();
        screen.Line(screen.Dim("Ctrl-C stops it."));
    }

    /// <summary>As it is, or quoted where a shell would take it for more than a word.</summary>
    static string ForShell(string text) =>
        text.All(character => char.IsAsciiLetterOrDigit(character) || "_-.+/=".Contains(character)) ? text : $"'{text.Replace("'", @"'\''")}'";

    /// <summary>For programs: the line that they wait for. Never the secret: log lines are kept.</summary>
    public void WriteReady(NodeFacts facts)
    {
        var line = JsonLine.Begin(around.Clock.GetUtcNow(), LogLevel.Information);
        line["event"] = "ready";
        line["message"] = $"Aloft {VersionVerb.OfAloft} is ready at {Address(facts)}";
        line["endpoint"] = Address(facts);
        line["isolation"] = facts.Isolation.ToString().ToLowerInvariant();
        line["isolationReason"] = facts.IsolationReason;
        line["runtimes"] = new JsonArray([.. facts.Runtimes.Select(runtime => (JsonNode)Name(runtime))]);
        line["dataFolder"] = facts.DataFolder;
        line["database"] = facts.Database;
        screen.JsonLine(line);
    }

    static string Address(NodeFacts facts) => facts.Endpoint.GetLeftPart(UriPartial.Authority);

    static string Runtimes(IReadOnlyList<InstalledRuntime> runtimes) =>
        string.Join(", ", runtimes.OrderBy(runtime => runtime.Language).ThenByDescending(runtime => runtime.Version).Select(Name).Append("any custom runtime"));

    static string Name(InstalledRuntime runtime) => $"{runtime.Language.ToString().ToLowerInvariant()} {runtime.Version}";
}

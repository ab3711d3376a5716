using System.Text;

namespace Aloft.Client;

/// <summary>What an invocation gave. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html</summary>
internal sealed record Answer
{
    public required byte[] Payload { get; init; }

    public required string RequestId { get; init; }

    /// <summary><c>Unhandled</c> when the function failed; else null.</summary>
    public required string? FunctionError { get; init; }

    public required string? ExecutedVersion { get; init; }

    /// <summary>The last <see cref="ProgramLimits.LogTailBytes"/> of the invocation's log.</summary>
    public required string Log { get; init; }

    public IEnumerable<string> LogLines => Log.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0);

    /// <summary>Null when the log has none, as after a DryRun.</summary>
    public ReportLine? Report => LogLines.Reverse().Select(ReportLine.TryParse).FirstOrDefault(report => report is not null);

    public string Text => Encoding.UTF8.GetString(Payload);
}

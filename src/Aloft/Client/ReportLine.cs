using System.Globalization;

namespace Aloft.Client;

/// <summary>The REPORT line that ends an invocation's log, in AWS's format.</summary>
/// <remarks>https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html</remarks>
/// <param name="Init">The initialisation before a cold start; null on a warm one.</param>
internal sealed record ReportLine(TimeSpan Duration, TimeSpan Billed, int MemoryMegabytes, int PeakMegabytes, TimeSpan? Init)
{
    /// <summary>By the platform's word; a function's own error is an answer.</summary>
    public bool Failed { get; init; }

    public bool IsCold => Init is not null;

    public static ReportLine? TryParse(string line)
    {
        if (!line.StartsWith("REPORT RequestId:", StringComparison.Ordinal))
            return null;

        var fields = new Dictionary<string, double>();
        foreach (var field in line.Split('\t'))
            if (field.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon
                && double.TryParse(field[(colon + 2)..].Split(' ')[0], CultureInfo.InvariantCulture, out var number))
                fields[field[..colon].Trim()] = number;

        return new(
            TimeSpan.FromMilliseconds(fields.GetValueOrDefault("Duration")),
            TimeSpan.FromMilliseconds(fields.GetValueOrDefault("Billed Duration")),
            (int)fields.GetValueOrDefault("Memory Size"),
            (int)fields.GetValueOrDefault("Max Memory Used"),
            fields.TryGetValue("Init Duration", out var init) ? TimeSpan.FromMilliseconds(init) : null)
        {
            Failed = line.Contains("\tStatus: ", StringComparison.Ordinal),
        };
    }
}

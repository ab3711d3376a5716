using System.Text.Json.Serialization;

namespace Examples;

/// <param name="Values">The numbers to describe.</param>
public record Sample([property: JsonPropertyName("values")] double[]? Values);

public record Summary(
    [property: JsonPropertyName("count")] int Count,
    [property: JsonPropertyName("mean")] double Mean,
    [property: JsonPropertyName("median")] double Median,
    [property: JsonPropertyName("deviation")] double Deviation);

public class Statistics
{
    public async Task<Summary> Describe(Sample sample)
    {
        if (sample.Values is not { Length: > 0 } values)
            throw new ArgumentException("values: give at least one number");

        await Console.Out.WriteLineAsync($"Describing {values.Length} numbers");
        double[] sorted = [.. values.Order()];
        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        var mean = values.Average();
        return new(values.Length, mean, median, Math.Sqrt(values.Average(value => (value - mean) * (value - mean))));
    }
}

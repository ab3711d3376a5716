using System.Globalization;

namespace Aloft.Terminal;

/// <summary>Amounts as people write them, and back.</summary>
internal static class Quantity
{
    public static string Bytes(long bytes) => bytes switch
    {
        < 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024):0.0} MB"),
    };

    public static string Time(TimeSpan time) => time.TotalSeconds < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.0} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.00} s");

    /// <summary>USD to three digits that say something: <c>$12.34</c>, <c>$0.00000417</c>.</summary>
    public static string Money(decimal usd)
    {
        var places = 2;
        for (var rest = Math.Abs(usd); rest is > 0 and < 1 && places < 12; rest *= 10)
            places++;
        return $"${Math.Round(usd, places, MidpointRounding.AwayFromZero).ToString($"0.00{new string('#', places - 2)}", CultureInfo.InvariantCulture)}";
    }

    /// <summary>A number and a unit: <c>30s</c>, <c>10m</c>, <c>2h</c>, <c>1d</c>.</summary>
    public static TimeSpan? ParseSpan(string text)
    {
        if (text.Length < 2 || !double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            return null;
        if (number is not (>= 0 and <= 36_500)) // nor NaN
            return null; // beyond what a time span and a calendar can hold in days
        return text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            'd' => TimeSpan.FromDays(number),
            _ => null,
        };
    }
}

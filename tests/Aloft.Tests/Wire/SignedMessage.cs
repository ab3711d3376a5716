using Aloft.Wire.SigV4;

namespace Aloft.Tests.Wire;

/// <summary>A request as SigV4 sees it, written down.</summary>
sealed class SignedMessage(string method, string target, params (string Name, string Value)[] headers) : ISignable
{
    public ReadOnlySpan<char> Method => method;

    public ReadOnlySpan<char> Path => target.Split('?')[0];

    public ReadOnlySpan<char> Query => target.Contains('?') ? target[(target.IndexOf('?') + 1)..] : "";

    public string? Header(string name)
    {
        var values = headers.Where(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            .Select(header => header.Value.Trim())
            .ToList();
        return values.Count == 0 ? null : string.Join(',', values);
    }

    /// <summary>The same with one header more or another value.</summary>
    public SignedMessage With(string name, string value) =>
        new(method, target, [.. headers.Where(header => !header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)), (name, value)]);
}

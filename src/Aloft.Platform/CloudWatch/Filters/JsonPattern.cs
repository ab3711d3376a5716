using System.Text.Json;

namespace Aloft.Platform.CloudWatch.Filters;

/// <summary>A condition on events that are JSON objects; any other event does not match.</summary>
sealed class JsonPattern(JsonCondition condition) : FilterPattern
{
    internal override bool Matches(string message)
    {
        if (!message.AsSpan().TrimStart().StartsWith('{'))
            return false;
        try
        {
            using var document = JsonDocument.Parse(message);
            return condition.Holds(document.RootElement);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return false; // a line that merely starts like JSON, or whose escapes spell no text (a lone surrogate)
        }
    }
}

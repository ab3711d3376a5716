// https://docs.aws.amazon.com/lambda/latest/dg/csharp-handler.html
public record Visitor(string? Name);

public record Answer(string Greeting);

public sealed class Function
{
    public Answer Handle(Visitor visitor)
    {
        Console.WriteLine($"greeting {visitor.Name}");
        return new Answer($"Hello, {visitor.Name ?? "world"}!");
    }
}

"""SMS: approved templates or free text, by whichever provider can be reached. One module a provider."""
